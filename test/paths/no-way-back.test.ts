import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { CheckSchema } from '../../domain/policy/check.schema.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import { quarantineChangedSignal } from '../../workflows/contract.ts';
import { aFreeze } from '../support/a-calendar.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage, comingOut, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;

describe('a release without a way back', () => {
  const harness = pathHarness();
  const irreversible = {
    ...aStage().components[0]!,
    migrations: { kind: 'irreversible' as const, compatible: [], isFinal: true },
  };
  const canary = (over: Partial<StagePlan> = {}): StagePlan =>
    aStage({ deploy: steps([10, '5m'], [100, '0s']), analysis: [aMetric], ...over });
  const failing = { phase: 'failed' as const, because: 'errors is 0.2, the limit is 0.02' };

  /** Held by an analysis that failed, or whatever else went wrong. */
  const isHeld = () => harness.world.until(({ holds }) => holds.length > 0, 'the hold');
  const command = (handle: WorkflowHandle, name: string, input: object) =>
    harness.world.command(handle, name, input);
  const isRefused = (words: string) => ({
    cause: { type: 'COMMAND_NOT_POSSIBLE', message: expect.stringContaining(words) },
  });
  const ban = {
    ...{ id: 'qua_1', service: 'shop', version: '1.3.0', by: 'sam', reason: 'leaks cards', lifts: [] },
    at: '2026-06-01T09:00:00Z',
  };
  const quarantine = (handle: WorkflowHandle, isLifted: boolean) =>
    handle.signal(quarantineChangedSignal, {
      quarantine: ban,
      revision: isLifted ? 2 : 1,
      isLifted,
      sentence: `shop 1.3.0 is ${isLifted ? 'let out' : 'quarantined'}.`,
    });

  async function failsPastMigration(): Promise<WorkflowHandle> {
    const { world } = harness;
    world.behaviour.stages = [canary({ components: [irreversible] })];
    world.behaviour.analyse = async () => failing;
    const handle = await world.start();
    const { holds } = await isHeld();
    expect(holds).toMatchObject([
      { kind: 'analysis', reason: expect.stringContaining('irreversible migration: roll forward.') },
    ]);
    return handle;
  }

  test.each([['>=1.0.0'], ['*'], ['^1.2.0 || 0.9.x']])(
    'has one where %s is declared to run on the schema after its irreversible migration',
    async (range) => {
      const { world } = harness;
      const migrations = { kind: 'irreversible' as const, compatible: [range], isFinal: false };
      world.behaviour.stages = [canary({ components: [{ ...irreversible, migrations }] })];
      world.behaviour.analyse = async () => failing;
      const handle = await world.start();
      expect(await handle.result()).toMatchObject({ state: 'rolledBack' });
      expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
    },
  );

  test('B6: whose analysis fails past an irreversible migration is held, and goes on only with a reason', async () => {
    const handle = await failsPastMigration();
    const { world } = harness;
    const [mail] = world.notices.filter(({ kind }) => kind === 'needsPerson');
    expect(mail?.sentence).toContain('Abort it, leave what is there');
    await expect(command(handle, 'resume', {})).rejects.toMatchObject(isRefused('give a reason'));
    world.behaviour.analyse = async () => ({});
    await command(handle, 'resume', { reason: 'the errors are those of a test' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 100']);
  });

  test('is neither rolled back nor aborted by people, unless they leave what is there', async () => {
    const handle = await failsPastMigration();
    for (const name of ['rollBack', 'abort'])
      await expect(command(handle, name, { reason: 'it is bad' })).rejects.toMatchObject(
        isRefused('shop 1.3.0 cannot run after an irreversible migration: roll forward. Abort it and leave'),
      );
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'left' });
    expect(harness.world.effects).toEqual(['apply shop 10']);
  });

  test('whose step fails is held, and ends as failed with all left as it is once people say so', async () => {
    const { world } = harness;
    world.behaviour.stages = [canary({ components: [irreversible] })];
    world.behaviour.applyStep = async () => ({ outcome: 'failed', because: 'exit code 1' });
    const handle = await world.start();
    const { holds } = await isHeld();
    expect(holds[0]?.reason).toContain('exit code 1');
    await command(handle, 'resume', { reason: 'nothing more can be done' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'left' });
    expect(world.effects).toEqual(['apply shop 10']);
  });

  test('stays as it is beside the old version where its test fails before the switch', async () => {
    const { world } = harness;
    const smoke = { id: 'smoke', kind: 'command', run: ['./smoke.sh'] };
    const rollout = { kind: 'blueGreen', test: smoke, keep: '1h' };
    world.behaviour.stages = [comingOut({ rollout }, { checks: [], components: [irreversible] })];
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: 'no answer' });
    const handle = await world.start();
    await isHeld();
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'left' });
    expect(world.effects.filter((effect) => effect.includes('undo'))).toEqual([]);
  });

  test('is not taken back to what was quarantined on its way, until the ban is lifted', async () => {
    const { world } = harness;
    world.behaviour.stages = [canary()];
    let measured: (() => void) | undefined;
    world.behaviour.analyse = async () => {
      await new Promise<void>((resolve) => {
        measured = resolve;
        world.wake();
      });
      return failing;
    };
    const handle = await world.start();
    await world.until(() => measured !== undefined, 'the analysis');
    await quarantine(handle, false);
    measured?.();
    const { holds } = await isHeld();
    expect(holds[0]?.reason).toContain('shop 1.3.0, which it would go back to, is quarantined.');
    await expect(command(handle, 'rollBack', { reason: 'it is bad' })).rejects.toMatchObject(
      isRefused('is quarantined'),
    );
    await quarantine(handle, true);
    await command(handle, 'rollBack', { reason: 'it is bad, and 1.3.0 is not' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });

  test('needs a person where the engine cancels it, and nothing is undone', async () => {
    const { world } = harness;
    world.behaviour.stages = [canary({ components: [irreversible] })];
    world.behaviour.analyse = async () => failing;
    const handle = await world.start();
    await isHeld();
    await handle.cancel();
    const { stages } = await world.until(({ state }) => state === 'stuck', 'stuck');
    const compensation = stages[0]?.rollout[0]?.compensation;
    expect(compensation).toMatchObject({ state: 'failed', attempts: 0 });
    expect(compensation?.because).toContain('was not tried: shop 1.3.0 cannot run');
    await command(handle, 'recover', { how: 'retry' });
    const asked = () => world.notices.filter(({ occasion }) => occasion.startsWith('stuck/')).length;
    await world.until(() => asked() === 2, 'the second question');
    await command(handle, 'recover', { how: 'leave', reason: '1.4.1 mends it' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'partial' });
    expect(world.effects).toEqual(['apply shop 10']);
  });

  test('that nobody knows of is taken back by people, never by itself', async () => {
    const { world } = harness;
    const unknown = { ...irreversible, migrations: { ...irreversible.migrations, kind: 'unknown' as const } };
    world.behaviour.stages = [canary({ components: [unknown] })];
    world.behaviour.analyse = async () => failing;
    const handle = await world.start();
    const { holds } = await isHeld();
    expect(holds[0]?.reason).toContain('Nobody knows whether shop 1.3.0 can run');
    await command(handle, 'rollBack', { reason: 'I looked: the schema bears it' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
  });

  const frozen = (hours: number, over = {}) => {
    const local = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
    return aFreeze({ zone: 'UTC', from: local(-hour), to: local(hours * hour) }, over);
  };

  test.each<[string, number, object]>([
    ['that would stop it', 3, { inFlight: 'abort' }],
    ['that is longer than it may be left half way', 16 * 24, {}],
  ])('waits half way for the end of a freeze %s, and goes on then', async (_, hours, over) => {
    const { world, connection } = harness;
    world.behaviour.stages = [
      aStage({ deploy: steps([10, '1h'], [100, '0s']), checks: [], components: [irreversible] }),
    ];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
    world.calendar.rules = [frozen(hours, over)];
    await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
    await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
    await skipUntil(connection, handle.workflowId, 1.5 * hour);
    const { holds } = await isHeld();
    expect(holds).toMatchObject([{ kind: 'freeze' }]);
    expect(holds[0]).not.toHaveProperty('until');
    const [mail] = world.notices.filter(({ kind }) => kind === 'needsPerson');
    expect(mail?.sentence).toContain(
      'roll forward. Override the freeze, or abort it and leave what is there',
    );
    world.calendar.rules = [];
    await world.wakeRelease(handle, 'Freeze holiday was lifted by ana.');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 100']);
  });

  const needing = (service: string, ...dependsOn: string[]) => ({
    ...aStage().components[0]!,
    service,
    dependsOn,
  });
  const both = ['db', 'shop'].map((service) => ({ service, version: '1.4.0' }));

  test('keeps all that came with what cannot go back, also where a later part never began', async () => {
    const { world } = harness;
    const db = { ...irreversible, service: 'db' };
    world.behaviour.stages = [aStage({ checks: [], components: [db, needing('shop', 'db')] })];
    world.behaviour.applyStep = async ({ component: { service } }) =>
      service === 'db'
        ? { outcome: 'done', because: 'done' }
        : { outcome: 'failed', because: 'there is no such command', notStarted: true };
    const handle = await world.start({ components: both });
    const { holds } = await isHeld();
    expect(holds[0]?.reason).toContain('db 1.3.0 cannot run after an irreversible migration');
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'left' });
    expect(world.effects).toEqual(['apply db 100', 'apply shop 100']);
  });

  test('keeps all that came with it where the engine cancels it', async () => {
    const { world } = harness;
    const db = { ...irreversible, service: 'db' };
    world.behaviour.stages = [
      aStage({ checks: [], components: [db, needing('shop', 'db')], analysis: [aMetric], soakMs: hour }),
    ];
    world.behaviour.analyse = async () => failing;
    const handle = await world.start({ components: both });
    await isHeld();
    await handle.cancel();
    const { stages } = await world.until(({ state }) => state === 'stuck', 'stuck');
    const undos = stages[0]?.rollout.map(({ service, compensation }) => [service, compensation?.command]);
    expect(undos).toEqual([
      ['db', undefined],
      ['shop', undefined],
    ]);
    await command(handle, 'recover', { how: 'leave', reason: '1.4.1 mends it' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'partial' });
    expect(world.effects).toEqual(['apply db 100', 'apply shop 100']);
  });

  test('is not rehearsed, for that would take it back', async () => {
    const { world } = harness;
    const probe = { kind: 'http', url: 'http://127.0.0.1/' };
    const rehearsal = CheckSchema.parse({ id: 'undo', kind: 'rehearsal', probe });
    world.behaviour.stages = [aStage({ checks: [rehearsal], components: [irreversible] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
    expect(world.view?.stages[0]?.checks[0]?.summary).toContain('not rehearsed: shop 1.3.0 cannot run');
  });

  test('may be taken away where it has no traffic yet, though the version before is banned', async () => {
    const { world } = harness;
    const rollout = { kind: 'blueGreen', hold: 'manual', keep: '1h' };
    world.behaviour.stages = [comingOut({ rollout }, { checks: [] })];
    const handle = await world.start();
    await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[0]?.until === 'manual', 'green');
    await quarantine(handle, false);
    await command(handle, 'abort', { reason: 'not today' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'restored' });
    expect(world.effects).toEqual(['apply shop 0 deploy', 'undo shop switchBack']);
  });

  test('whose step fails after it went back is no release past a migration: people take it back', async () => {
    const { world } = harness;
    world.behaviour.stages = [canary({ components: [{ ...irreversible, mode: 'rollback' }] })];
    world.behaviour.applyStep = async () => ({ outcome: 'failed', because: 'a column is missing' });
    const handle = await world.start();
    const { holds } = await isHeld();
    expect(holds[0]?.reason).not.toContain('irreversible');
    await command(handle, 'rollBack', { reason: 'the version before runs on that schema' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
  });

  const switching = comingOut({ rollout: { kind: 'blueGreen', hold: 'manual', keep: '1h' } }, { checks: [] });

  test.each(['failed', 'unknown'] as const)(
    'is not taken back to what is banned once its switch has begun, where that ended as %s',
    async (outcome) => {
      const { world } = harness;
      world.behaviour.stages = [{ ...switching }];
      world.behaviour.applyStep = async ({ action }) =>
        action === 'switch'
          ? { outcome, because: 'one of two was switched' }
          : { outcome: 'done', because: 'done' };
      const handle = await world.start();
      await world.until(({ stages }) => stages[0]?.rollout[0]?.steps[0]?.until === 'manual', 'green');
      await quarantine(handle, false);
      await command(handle, 'advance', { reason: 'looked at it' });
      await isHeld();
      await expect(command(handle, 'rollBack', { reason: 'it is bad' })).rejects.toMatchObject(
        isRefused('is quarantined'),
      );
      await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
      await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'left' });
      expect(world.effects.filter((effect) => effect.startsWith('undo'))).toEqual([]);
    },
  );

  /** At 10 %, held by a freeze that begins then, and what it would go back to is banned before or after that. */
  async function heldByFreeze(hours: number, over: object, isBannedBefore: boolean): Promise<WorkflowHandle> {
    const { world, connection } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']), checks: [] })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
    if (isBannedBefore) await quarantine(handle, false);
    world.calendar.rules = [frozen(hours, over)];
    await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
    await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
    await skipUntil(connection, handle.workflowId, 1.05 * hour);
    await isHeld();
    return handle;
  }

  test('goes back once, as its freeze says, when the ban that kept it is lifted', async () => {
    const handle = await heldByFreeze(16, { inFlight: 'abort' }, true);
    await quarantine(handle, true);
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    const { world } = harness;
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
    expect(world.events.filter(({ action }) => action === 'step.started')).toHaveLength(1);
  });

  test('tells people that silence takes it back no more, where a ban comes while they are asked', async () => {
    const handle = await heldByFreeze(16 * 24, {}, false);
    const { world } = harness;
    const mails = () =>
      world.notices.filter(({ kind }) => kind === 'needsPerson').map(({ sentence }) => sentence);
    await world.until(({ holds }) => holds[0]?.until !== undefined, 'the deadline');
    expect(mails().at(-1)).toContain('without an answer it is rolled back');
    await quarantine(handle, false);
    await world.until(() => mails().length === 2, 'the second mail');
    expect(mails().at(-1)).toContain('without an answer it waits');
    await world.until(({ holds }) => holds.length === 1 && holds[0]?.until === undefined, 'no deadline');
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'left' });
  });

  /** Its step or analysis failed under a stopped line, and what it would go back to is banned while people are asked. */
  async function bannedWhileAsked(isStepFailing: boolean): Promise<WorkflowHandle> {
    const { world } = harness;
    let goOn: (() => void) | undefined;
    const held = async () =>
      new Promise<void>((resolve) => {
        goOn = resolve;
        world.wake();
      });
    world.behaviour.stages = [canary()];
    if (isStepFailing)
      world.behaviour.applyStep = async () => {
        await held();
        return { outcome: 'failed', because: 'exit code 1' };
      };
    else
      world.behaviour.analyse = async () => {
        await held();
        return failing;
      };
    const handle = await world.start();
    await world.until(() => goOn !== undefined, 'it to be under way');
    world.calendar.rules = [frozen(5, { id: 'stop', stopTheLine: true })];
    world.calendar.revision += 1;
    await world.wakeRelease(handle, 'The line was stopped by ana.');
    await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
    goOn?.();
    await world.until(({ holds }) => holds.some(({ until }) => until !== undefined), 'the question');
    await quarantine(handle, false);
    await world.until(
      ({ holds }) => holds.length === 1 && holds[0]?.until === undefined,
      'the other question',
    );
    return handle;
  }

  test('stays held where a ban comes while people are asked, though the line runs again', async () => {
    const handle = await bannedWhileAsked(false);
    const { world } = harness;
    world.calendar.rules = [];
    await world.wakeRelease(handle, 'The line runs again.');
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'left' });
    expect(world.effects).toEqual(['apply shop 10']);
  });

  test('whose failed step people resume then ends as failed, and stays as it is', async () => {
    const handle = await bannedWhileAsked(true);
    await command(handle, 'resume', { reason: 'nothing more can be done' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'left' });
    expect(harness.world.effects).toEqual(['apply shop 10']);
  });

  test('is rehearsed all the same where what runs there now is banned: that may end', async () => {
    const { world } = harness;
    const probe = { kind: 'http', url: 'http://127.0.0.1/' };
    const rehearsal = CheckSchema.parse({ id: 'undo', kind: 'rehearsal', probe });
    world.behaviour.quarantines = [ban];
    world.behaviour.stages = [aStage({ checks: [rehearsal] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toContain('rehearsal: apply shop 100');
    expect(world.effects).toContain('rehearsal: undo shop');
  });

  test('is not rehearsed where that would bring back another banned version than the one that runs', async () => {
    const { world } = harness;
    const probe = { kind: 'http', url: 'http://127.0.0.1/' };
    const rehearsal = CheckSchema.parse({ id: 'undo', kind: 'rehearsal', probe });
    world.behaviour.quarantines = [ban, { ...ban, id: 'qua_2', version: '1.2.0' }];
    const [component] = aStage().components;
    const components = [{ ...component!, backTo: { version: '1.2.0' } }];
    world.behaviour.stages = [aStage({ checks: [rehearsal], components })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
  });

  test('whose rehearsal fails is put back to what ran a moment ago, banned or not', async () => {
    const { world } = harness;
    const probe = { kind: 'http', url: 'http://127.0.0.1/' };
    const rehearsal = CheckSchema.parse({ id: 'undo', kind: 'rehearsal', probe });
    world.behaviour.quarantines = [ban];
    world.behaviour.stages = [aStage({ checks: [rehearsal] })];
    world.behaviour.runCheck = async ({ check }) =>
      check.id === 'undo' ? { outcome: 'failed', summary: '1.4.0 still runs' } : {};
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects.at(-1)).toBe('undo shop');
  });

  test('tells people of a freeze that becomes long after the way back was shut', async () => {
    const { world, connection } = harness;
    const local = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 19);
    const frozenFor = (hours: number) =>
      aFreeze({ zone: 'UTC', from: local(-hour), to: local(hours * hour) });
    world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']), checks: [] })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.steps[0]?.state === 'holding', 'the first step');
    world.calendar.rules = [frozenFor(3)];
    await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
    await world.until(() => world.events.some(({ action }) => action === 'calendar.changed'), 'the change');
    await skipUntil(connection, handle.workflowId, 1.05 * hour);
    await isHeld();
    await quarantine(handle, false);
    world.calendar.rules = [frozenFor(16 * 24)];
    await world.wakeRelease(handle, 'Freeze holiday was lengthened by ana.');
    await world.until(() => world.notices.some(({ kind }) => kind === 'needsPerson'), 'the mail');
    const [mail] = world.notices.filter(({ kind }) => kind === 'needsPerson');
    expect(mail?.sentence).toMatch(
      /1\.3\.0, which it would go back to, is quarantined.*without an answer it waits/,
    );
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await handle.result();
  });

  test('asks people anew where what they were told that resuming does is so no more', async () => {
    const { world } = harness;
    const components = [{ ...aStage().components[0]!, mode: 'rollback' as const }];
    world.behaviour.stages = [aStage({ checks: [], deploy: steps([10, '5m'], [100, '0s']), components })];
    world.behaviour.applyStep = async () => ({ outcome: 'failed', because: 'exit 1' });
    const handle = await world.start({ intent: 'rollback' });
    const asked = () => world.notices.filter(({ kind }) => kind === 'needsPerson');
    await world.until(() => asked().length === 1, 'the question');
    expect(asked()[0]?.sentence).toContain('Roll it back by hand, as resuming it does');
    await quarantine(handle, false);
    await world.until(() => asked().length === 2, 'the question anew');
    expect(asked()[1]?.sentence).toMatch(/is quarantined.*Abort it, leave what is there/);
    await command(handle, 'resume', { reason: 'nothing more can be done' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'left' });
  });

  test('offers to leave it where nobody knows whether a step took effect, and where an analysis cannot tell under a ban', async () => {
    const { world } = harness;
    world.behaviour.quarantines = [ban];
    world.behaviour.stages = [canary()];
    world.behaviour.analyse = async () => ({ phase: 'inconclusive', because: 'no data' });
    const handle = await world.start();
    await world.until(() => world.events.some(({ action }) => action === 'analysis.asked'), 'the question');
    const told = world.events.find(({ action }) => action === 'analysis.asked')?.sentence;
    expect(told).toContain('to extend its analysis or to abort it and leave what is there');
    world.behaviour.applyStep = async () => ({ outcome: 'unknown', because: 'the connection broke' });
    await command(handle, 'resume', { reason: 'the metric is wrong' });
    const { holds } = await world.until(
      (view) => view.holds.some(({ kind }) => kind === 'unknownEffect'),
      'the next question',
    );
    expect(holds[0]?.reason).toContain('then resume, or abort it and leave what is there');
    await command(handle, 'abort', { reason: '1.4.1 mends it', leave: true });
    await handle.result();
  });
});
