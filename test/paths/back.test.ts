import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { messages } from '../../activities/notices/messages/index.ts';
import { sampleOccasion } from '../../activities/notices/previews/sample.ts';
import type { CalendarRule } from '../../domain/calendar/model.ts';
import { effectiveStage } from '../../domain/policy/plan-stage.ts';
import { PolicySchema } from '../../domain/policy/policy.schema.ts';
import { goesBackToKnown } from '../../domain/release/goes-back.ts';
import { residueNow } from '../../domain/release/residue.ts';
import { aFreeze } from '../support/a-calendar.ts';
import { liveInPart } from '../../domain/rollout/live-in-part.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage, comingOut, qaRule, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;

describe('the way back', () => {
  const harness = pathHarness();

  test('failed analysis at the first step brings the old version back', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '1m'], [100, '0s']), analysis: [aMetric] })];
    world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 0.2, the limit is 0.02' });
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
    expect(world.view?.stages[0]?.rollout[0]).toMatchObject({
      exposure: 0,
      compensation: { state: 'compensated' },
    });
    expect(world.notices.map((notice) => notice.kind)).toEqual(['rolledBack']);
  });

  test('each metric is measured where it says, and one that fails before the first step leaves all as it was', async () => {
    const { world } = harness;
    const analysed: string[] = [];
    const canary = { baseline: 'concurrent', candidate: 'new', against: 'old' } as never;
    world.behaviour.stages = [
      aStage({
        deploy: steps([10, '1m'], [100, '0s']),
        analysis: [
          { ...aMetric, id: 'before', during: ['before'] },
          { ...aMetric, id: 'canary', compare: canary },
        ],
      }),
    ];
    world.behaviour.analyse = async ({ at, exposedAt, metrics }) => {
      analysed.push([at, ...metrics.map(({ id }) => id), exposedAt ? 'exposed' : ''].join(' '));
      return {};
    };
    const passed = await world.start();
    await expect(passed.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(analysed).toEqual(['before before ', 'step 1 canary exposed']);
    world.effects.splice(0);
    world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 0.2, the limit is 0.02' });
    const failed = await world.start();
    await expect(failed.result()).resolves.toMatchObject({ state: 'failed', residue: 'none' });
    expect(world.effects).toEqual([]);
    expect(world.view?.ended?.because).toContain('nothing was deployed: analysis failed');
  });

  test.each<[string, boolean, string[] | undefined, string | undefined]>([
    ['to what ended well there asks nobody', true, undefined, undefined],
    ['to what ended well there asks whom the stage names for that', true, ['sam'], 'sam'],
    ['to what never ended well there asks whom it always asks', false, ['sam'], 'ana'],
  ])('a release that goes back %s', async (_, endedWell, people, asked) => {
    const { world } = harness;
    const rules = people && [{ people, atLeast: 1 }];
    const policy = PolicySchema.parse({
      gantry: 1,
      organisation: { name: 'Acme' },
      people: ['ana', 'sam'].map((id) => ({ id, name: id, email: `${id}@acme.test` })),
      environments: [{ id: 'production', production: true }],
      services: [{ id: 'shop', pipeline: 'web' }],
      pipelines: {
        web: [
          {
            environment: 'production',
            approvals: [{ people: ['ana'], atLeast: 1 }],
            approval: { grace: '0s' },
            ...(rules ? { rollbackApprovals: rules } : {}),
            deploy: { kind: 'command', apply: ['deploy'], undo: ['undo'] },
          },
        ],
      },
    });
    const [component] = aStage().components;
    const components = [
      { ...component!, version: '1.3.0', previousVersion: '1.4.0', mode: 'rollback' as const },
    ];
    const known = endedWell ? [{ service: 'shop', version: '1.3.0' }] : [];
    const goesBack = goesBackToKnown(components, { endedWell: known });
    const planned = effectiveStage(policy, policy.pipelines['web']![0]!, { goesBack });
    world.behaviour.stages = [aStage({ rules: planned.rules, candidates: planned.candidates, components })];
    const handle = await world.start({ intent: 'rollback' });
    if (asked !== undefined) {
      const view = await world.until((one) => one.stages[0]?.approval?.state === 'open', 'the request');
      expect(view.stages[0]?.approval?.asked).toEqual([asked]);
      expect(world.effects).toEqual([]);
      await world.decide(handle, asked, 'approve');
    }
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
    const requests = world.batches.flatMap(({ opened }) => opened ?? []);
    expect(requests).toHaveLength(asked === undefined ? 0 : 1);
  });

  test('several components go back in reverse order, and only those that were touched', async () => {
    const { world } = harness;
    world.behaviour.stages = [
      aStage({
        checks: [],
        components: [
          { service: 'db', version: '2.0.0', mode: 'deploy', previousVersion: '1.0.0', dependsOn: [] },
          { service: 'api', version: '2.0.0', mode: 'deploy', previousVersion: '1.0.0', dependsOn: ['db'] },
          { service: 'web', version: '2.0.0', mode: 'deploy', previousVersion: '1.0.0', dependsOn: ['api'] },
        ],
      }),
    ];
    world.behaviour.applyStep = async ({ component }) =>
      component.service === 'api'
        ? { outcome: 'failed', because: 'exit code 1' }
        : { outcome: 'done', because: 'done' };
    const handle = await world.start({
      components: ['db', 'api', 'web'].map((service) => ({ service, version: '2.0.0' })),
    });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply db 100', 'apply api 100', 'undo api', 'undo db']);
  });

  test('a first step that could not start leaves nothing to undo: failed, residue none', async () => {
    const { world } = harness;
    world.behaviour.applyStep = async () => ({
      outcome: 'failed',
      because: 'the command does not exist',
      notStarted: true,
    });
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'none' });
    expect(world.effects).toEqual(['apply shop 100']);
  });

  test('a refused plan has touched nothing', async () => {
    const { world } = harness;
    world.behaviour.refused = {
      code: 'COMMIT_UNKNOWN',
      because: 'There is no tag v1.4.0.',
      remedy: 'Push the tag.',
    };
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'none' });
    expect(world.effects).toEqual([]);
  });
});

describe('an undo that fails', () => {
  const harness = pathHarness();

  const stuck = async () => {
    const { world, connection } = harness;
    let fails = true;
    world.behaviour.stages = [aStage({ analysis: [aMetric], soakMs: 60_000 })];
    world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
    world.behaviour.undoComponent = async () =>
      fails ? { outcome: 'failed', because: 'no route to host' } : { outcome: 'done', because: 'done' };
    const handle = await world.start();
    await world.until(() => world.events.some(({ action }) => action === 'compensation.started'), 'the undo');
    await skipUntil(connection, handle.workflowId, 60_000); // the pauses between its three attempts
    const view = await world.until((candidate) => candidate.state === 'stuck', 'stuck');
    return { world, handle, view, mend: () => (fails = false) };
  };

  test('is tried three times, then says what is where and waits for people', async () => {
    const { world, handle, view } = await stuck();
    expect(world.effects.filter((effect) => effect === 'undo shop')).toHaveLength(3);
    expect(view.stages[0]?.rollout[0]?.compensation).toMatchObject({
      state: 'failed',
      because: 'no route to host',
      attempts: 3,
    });
    await world.until(
      () => world.notices.some((notice) => notice.kind === 'needsPerson' && notice.to.includes('sam')),
      'the mail to the person on call',
    );
    await handle.terminate();
  });

  test('goes on when a person has mended the cause', async () => {
    const { world, handle, mend } = await stuck();
    mend();
    await world.command(handle, 'recover', { how: 'retry', reason: 'the network is back' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
  });

  test('may be marked as done by hand: believed where nobody can look, and the record says so', async () => {
    const { world, handle } = await stuck();
    await world.command(handle, 'recover', { how: 'doneByHand', reason: 'switched by hand' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.view?.stages[0]?.rollout[0]?.compensation?.state).toBe('doneByHand');
    expect(world.events.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/by hand\. Its deployer has no `probe`, so nobody has looked/),
    );
    expect(world.batches.flatMap(({ deployments = [] }) => deployments).at(-1)).toMatchObject({
      ...{ status: 'rolledBack', exposure: 0, previousVersion: '1.3.0' },
    });
  });

  test('B5: stays stuck while what runs is not what should, whatever people say, and then goes on to its providers', async () => {
    const { world, connection } = harness;
    const component = (service: string, ...dependsOn: string[]) => ({
      ...{ service, version: '1.4.0', mode: 'deploy' as const, dependsOn },
      ...{ previousVersion: '1.3.0', previousDigest: 'sha256:aaa' },
    });
    world.behaviour.stages = [
      comingOut(
        { probe: ['look'] },
        { analysis: [aMetric], soakMs: 60_000, components: [component('db'), component('api', 'db')] },
      ),
    ];
    world.behaviour.analyse = async () => ({ phase: 'failed', because: 'errors is 1' });
    world.behaviour.undoComponent = async ({ component: { service } }) =>
      service === 'api'
        ? { outcome: 'failed', because: 'no route to host' }
        : { outcome: 'done', because: 'done' };
    let digest: string | undefined = 'sha256:bbb';
    world.behaviour.probe = async ({ component: { service } }) =>
      digest === undefined
        ? { kind: 'unknown', because: 'its probe does not answer' }
        : { kind: 'runs', version: '1.3.0', digest, because: `the probe of ${service} says so` };
    const handle = await world.start({
      components: ['db', 'api'].map((service) => ({ service, version: '1.4.0' })),
    });
    await world.until(() => world.events.some(({ action }) => action === 'compensation.started'), 'the undo');
    await skipUntil(connection, handle.workflowId, 60_000);
    const release = await world.until(({ state }) => state === 'stuck', 'stuck');
    const notice = world.notices.find(({ kind }) => kind === 'needsPerson')!;
    const occasion = sampleOccasion('needsPerson', 'https://gantry.example');
    const mail = messages.needsPerson({ ...occasion, notice, release, stage: release.stages[0]! });
    expect(mail.opening[0]).toMatch(
      /needs a person: the undo of api 1\.4\.0 in \S+ failed; that of db 1\.4\.0 was not tried and waits for it\.$/,
    );
    expect(residueNow(release)).toBe('partial');
    const says = async (count: number) => {
      const answer = await world.command(handle, 'recover', { how: 'doneByHand', reason: 'by hand' });
      expect(answer).toMatchObject({ headline: expect.stringMatching(/Gantry looks/) });
      const sayings = () => world.events.filter(({ action }) => action === 'compensation.notByHand');
      await world.until(({ state }) => state === 'stuck' && sayings().length === count, 'stuck again');
      return world.view?.stages[0]?.rollout.find(({ service }) => service === 'api')?.compensation;
    };
    expect(await says(1)).toMatchObject({
      state: 'failed',
      because: expect.stringMatching(/1\.3\.0 with digest sha256:bbb runs there instead of sha256:aaa/),
    });
    digest = undefined;
    expect(await says(2)).toMatchObject({ state: 'failed', because: expect.stringMatching(/say once more/) });
    expect(world.effects).not.toContain('undo db');
    expect(world.notices.filter(({ kind }) => kind === 'needsPerson').at(-1)?.sentence).toMatch(
      /needs a person: Ben says .* its probe does not answer/,
    );
    digest = 'sha256:aaa';
    await world.command(handle, 'recover', { how: 'doneByHand', reason: 'by hand' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects.at(-1)).toBe('undo db');
  });

  test('targets that were brought back by hand are settled, and only the others are undone again', async () => {
    const { world, connection } = harness;
    world.behaviour.stages = [
      comingOut({
        probe: ['look'],
        rollout: { kind: 'batches', targets: ['eu', 'us', 'ap'], waves: [{ size: 2 }, {}] },
      }),
    ];
    let fails = true;
    world.behaviour.applyStep = async ({ target }) =>
      target === 'ap' ? { outcome: 'failed', because: 'exit code 1' } : { outcome: 'done', because: 'done' };
    world.behaviour.undoComponent = async () =>
      fails ? { outcome: 'failed', because: 'no route' } : { outcome: 'done', because: 'done' };
    world.behaviour.probe = async ({ target }) => ({
      ...{ kind: 'runs', version: target === 'us' ? '1.4.0' : '1.3.0', because: 'it says so' },
    });
    const handle = await world.start();
    await world.until(() => world.events.some(({ action }) => action === 'compensation.started'), 'the undo');
    await skipUntil(connection, handle.workflowId, 60_000);
    await world.until(({ state }) => state === 'stuck', 'stuck');
    await world.command(handle, 'recover', { how: 'doneByHand', reason: 'by hand' });
    const again = await world.until(
      ({ state, stages }) => state === 'stuck' && stages[0]?.rollout[0]?.targets?.[0]?.state === 'doneByHand',
      'stuck again',
    );
    expect(again.stages[0]?.rollout[0]?.targets?.map(({ name, state }) => `${name} ${state}`)).toEqual([
      ...['eu doneByHand', 'us undoFailed', 'ap doneByHand'],
    ]);
    fails = false;
    const before = world.effects.length;
    await world.command(handle, 'recover', { how: 'retry' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects.slice(before)).toEqual(['undo shop on us']);
  });

  test('left as it is ends failed and partial', async () => {
    const { world, handle } = await stuck();
    await expect(world.command(handle, 'recover', { how: 'leave' })).rejects.toMatchObject({
      cause: { type: 'COMMAND_NOT_POSSIBLE' },
    });
    await world.command(handle, 'recover', { how: 'leave', reason: 'we roll forward' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'partial' });
  });
});

describe('commands', () => {
  const harness = pathHarness();

  test('abort before the first step ends cancelled', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule] })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open');
    await world.command(handle, 'abort', { reason: 'not today' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled', residue: 'none' });
    expect(world.view?.stages[0]?.approval?.state).toBe('withdrawn');
  });

  test.each([
    ['takes it back', {}, ['apply shop 10', 'undo shop'], 'restored', []],
    ['leaves it if told so', { leave: true }, ['apply shop 10'], 'left', ['10 %: aborted, and left there']],
  ])('abort after a step %s', async (_, input, effects, residue, told) => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']) })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.exposure === 10, '10 %');
    await world.command(handle, 'abort', { reason: 'stop it', ...input });
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue });
    expect(world.effects).toEqual(effects);
    const view = world.view!;
    const environment = view.stages[0]?.environment ?? '';
    const place = { view, environment, service: 'shop', isTouched: false };
    const parts = liveInPart(environment, { open: [], left: [place], running: [] });
    expect(parts.map(({ share, standing }) => `${share} %: ${standing}`)).toEqual(told);
  });

  test.each(['abort', 'rollBack'])(
    '%s while the last step is under way undoes that step, however it ends',
    async (name) => {
      const { world } = harness;
      let end = (): void => undefined;
      world.behaviour.applyStep = async () => {
        await new Promise<void>((resolve) => {
          end = resolve;
          world.wake();
        });
        return { outcome: 'done', because: 'done' };
      };
      const handle = await world.start();
      await world.until(() => world.effects.length === 1, 'the step');
      await world.command(handle, name, { reason: 'stop it' });
      end();
      await expect(handle.result()).resolves.toMatchObject({
        state: name === 'abort' ? 'aborted' : 'rolledBack',
        residue: 'restored',
      });
      expect(world.effects).toEqual(['apply shop 100', 'undo shop']);
    },
  );

  test('roll-back needs something to roll back, and then does it', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule], deploy: steps([10, '1h'], [100, '0s']) })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open');
    await expect(world.command(handle, 'rollBack', { reason: 'x' })).rejects.toMatchObject({
      cause: { type: 'COMMAND_NOT_POSSIBLE' },
    });
    await world.decide(handle, 'ana', 'approve');
    await world.until((view) => view.stages[0]?.rollout[0]?.exposure === 10, '10 %');
    await world.command(handle, 'rollBack', { reason: 'customers complain' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
  });

  test('pause stops before the next step, and resume goes on', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '2s'], [100, '0s']) })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.exposure === 10, '10 %');
    await world.command(handle, 'pause', { reason: 'the campaign starts' });
    const held = await world.until((view) => view.state === 'held', 'held');
    expect(held.holds).toMatchObject([{ by: 'ben', reason: 'the campaign starts' }]);
    await skipUntil(harness.connection, handle.workflowId, hour);
    expect(world.effects).toEqual(['apply shop 10']);
    await world.command(handle, 'resume', {});
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('a pause by signal is the same pause', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule] })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open');
    await handle.signal('pause', { by: 'olga', reason: 'incident' });
    await world.until((view) => view.holds.some((hold) => hold.by === 'olga'), 'the hold');
    await handle.signal('abort', { by: 'olga', reason: 'incident' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled' });
  });

  test('a cancel request through the engine is an abort with its undo', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '1h'], [100, '0s']) })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.rollout[0]?.exposure === 10, '10 %');
    await handle.cancel();
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'restored' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });

  test('the same command twice is applied once', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule] })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open');
    const by = { id: 'ben', kind: 'person' };
    for (const reason of ['one', 'one'])
      await world.command(handle, 'pause', { by, reason, commandId: 'cmd_1' });
    expect(world.events.filter((event) => event.action === 'hold.set')).toHaveLength(1);
    await handle.terminate();
  });
});

describe('doubt', () => {
  const harness = pathHarness();

  test('inconclusive analysis holds, and unanswered for an hour goes back, never on', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ deploy: steps([10, '1m'], [100, '0s']), analysis: [aMetric] })];
    world.behaviour.analyse = async () => ({ phase: 'inconclusive', because: 'no data since 10:31' });
    const handle = await world.start();
    await world.until((view) => view.holds.some((hold) => hold.kind === 'analysis'), 'the hold');
    await world.until(
      () => world.notices.some((notice) => notice.kind === 'held'),
      'the mail about the hold',
    );
    await skipUntil(harness.connection, handle.workflowId, 61 * 60_000);
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });

  test('an effect nobody knows about is never repeated by itself', async () => {
    const { world } = harness;
    world.behaviour.applyStep = async () => ({ outcome: 'unknown', because: 'the answer was lost.' });
    const handle = await world.start();
    await world.until((view) => view.holds.some((hold) => hold.kind === 'unknownEffect'), 'the hold');
    expect(world.effects).toEqual(['apply shop 100']);
    await world.command(handle, 'resume', { reason: 'looked: it runs' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
  });
});

describe('a release that would go back by itself', () => {
  const harness = pathHarness();
  const from = new Date(Date.now() - hour).toISOString().slice(0, 19);

  /** Its analysis fails, and this freeze has come into force meanwhile. */
  const failing = async (freeze: Partial<CalendarRule>) => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ analysis: [aMetric], soakMs: 60_000 })];
    world.behaviour.analyse = async () => {
      world.calendar.rules = [aFreeze({ zone: 'UTC', from }, { id: 'stop', ...freeze })];
      world.calendar.revision += 1;
      return { phase: 'failed', because: 'errors is 1' };
    };
    return world.start();
  };
  const asked = async () => {
    const view = await harness.world.until(({ holds }) => holds.length > 0, 'the hold');
    expect(view.holds[0]?.reason).toMatch(/[a-z0-9]\. It does not go back by itself: The line is stopped/);
    expect(harness.world.effects).toEqual(['apply shop 100']);
  };

  test('T60: goes back in a freeze', async () => {
    const handle = await failing({});
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(harness.world.events.map(({ action }) => action)).not.toContain('hold.set');
  });

  test.each<[string, (handle: WorkflowHandle) => Promise<unknown>]>([
    [
      'is rolled back by hand',
      (handle) => harness.world.command(handle, 'rollBack', { reason: 'of course' }),
    ],
    ['goes back without an answer', (handle) => skipUntil(harness.connection, handle.workflowId, 1.1 * hour)],
    [
      'goes back once somebody overrides it',
      (handle) => {
        harness.world.calendar.overrides = [
          {
            id: 'ovr_1',
            freezeId: 'stop',
            revision: 1,
            releaseId: harness.world.view?.id ?? '',
            environment: 'production',
            by: 'ops',
            reason: 'agreed with support',
            expiresAt: new Date(Date.now() + hour).toISOString(),
          },
        ];
        return harness.world.wakeRelease(handle, 'ops overrides freeze stop.');
      },
    ],
  ])('T60: asks people under a stopped line, and %s', async (_, answer) => {
    const handle = await failing({ stopTheLine: true });
    await asked();
    const { world } = harness;
    await world.until(() => world.notices.some(({ kind }) => kind === 'needsPerson'), 'the mail');
    expect(world.notices.find(({ kind }) => kind === 'needsPerson')?.sentence).toMatch(
      /[a-z0-9]\. The line is stopped .*\. Roll it back or override the freeze;/,
    );
    await answer(handle);
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 100', 'undo shop']);
  });

  test('stays where people lift the hold', async () => {
    const handle = await failing({ stopTheLine: true });
    await asked();
    await harness.world.command(handle, 'resume', { reason: 'the numbers are wrong' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(harness.world.effects).toEqual(['apply shop 100']);
  });

  test('a step that fails under a stopped line holds it, too', async () => {
    const { world } = harness;
    world.behaviour.applyStep = async () => {
      world.calendar.rules = [aFreeze({ zone: 'UTC', from }, { id: 'stop', stopTheLine: true })];
      world.calendar.revision += 1;
      return { outcome: 'failed', because: 'no route to host' };
    };
    const handle = await world.start();
    await asked();
    await skipUntil(harness.connection, handle.workflowId, 1.1 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 100', 'undo shop']);
  });
});
