import { describe, expect, test } from '@jest/globals';
import { CheckSchema } from '../../domain/policy/check.schema.ts';
import { aFreeze } from '../support/a-calendar.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, comingOut } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const rehearsal = CheckSchema.parse({
  id: 'undo',
  kind: 'rehearsal',
  probe: { kind: 'http', url: 'http://127.0.0.1/', contains: '{{previousVersion}}' },
});

describe('a rehearsed way back that leads through targets', () => {
  const harness = pathHarness();
  const targets = ['eu-1', 'eu-2', 'us-1'];
  const inWaves = { rollout: { kind: 'batches', targets } };
  const of = (verb: string) => harness.world.effects.filter((effect) => effect.startsWith(verb));

  test('is rehearsed on each of them, the last wave back first, and begins anew for real', async () => {
    const { world } = harness;
    world.behaviour.stages = [comingOut(inWaves, { checks: [rehearsal] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects.map((effect) => effect.replace('shop ', ''))).toEqual([
      ...['rehearsal: apply 100 on eu-1', 'rehearsal: apply 100 on eu-2', 'rehearsal: apply 100 on us-1'],
      ...['rehearsal: undo on us-1', 'rehearsal: undo on eu-2', 'rehearsal: undo on eu-1'],
      ...['apply 100 on eu-1', 'apply 100 on eu-2', 'apply 100 on us-1'],
    ]);
    const [rollout] = world.view?.stages[0]?.rollout ?? [];
    expect(rollout?.targets?.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect(world.batches.flatMap(({ rehearsals }) => rehearsals ?? [])).toMatchObject([{ isPassed: true }]);
  });

  test('that was rehearsed in vain ends the release, and only what was touched goes back', async () => {
    const { world } = harness;
    world.behaviour.applyStep = async ({ target }) =>
      target === 'eu-2'
        ? { outcome: 'failed', because: 'exit code 1' }
        : { outcome: 'done', because: 'done' };
    world.behaviour.stages = [comingOut(inWaves, { checks: [rehearsal] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({
      state: 'rolledBack',
      because: expect.stringContaining('it could not be deployed: eu-2: exit code 1'),
    });
    expect(of('rehearsal: undo')).toEqual([]);
    expect(of('undo')).toEqual(['undo shop on eu-2', 'undo shop on eu-1']);
  });

  test('that could not be rehearsed to its end goes back, though the policy asks for no passed rehearsal', async () => {
    const { world } = harness;
    world.behaviour.applyStep = async ({ target, isRehearsal }) =>
      isRehearsal && target === 'eu-2'
        ? { outcome: 'failed', because: 'exit code 1' }
        : { outcome: 'done', because: 'done' };
    world.behaviour.stages = [comingOut(inWaves, { checks: [{ ...rehearsal, required: false }] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(of('apply')).toEqual([]);
    expect(of('undo')).toEqual(['undo shop on eu-2', 'undo shop on eu-1']);
  });

  test('whose rehearsed undo says that it is done, and is not, is gone for real on every target', async () => {
    const { world } = harness;
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '1.4.0 still runs' });
    world.behaviour.stages = [comingOut(inWaves, { checks: [rehearsal] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(of('undo')).toEqual(['undo shop on us-1', 'undo shop on eu-2', 'undo shop on eu-1']);
    expect(of('apply')).toEqual([]);
  });

  test('is stuck where neither the rehearsed nor the real undo brings a target back, and names it', async () => {
    const { world, connection } = harness;
    world.behaviour.undoComponent = async ({ target }) =>
      target === 'eu-1'
        ? { outcome: 'failed', because: 'exit code 1' }
        : { outcome: 'done', because: 'done' };
    world.behaviour.stages = [comingOut(inWaves, { checks: [rehearsal] })];
    const handle = await world.start();
    await world.until(() => world.events.some(({ action }) => action === 'compensation.started'), 'undo');
    await skipUntil(connection, handle.workflowId, 5 * 60_000);
    const stuck = await world.until(({ state }) => state === 'stuck', 'stuck');
    expect(stuck.stages[0]?.rollout[0]?.targets?.map(({ state }) => state)).toEqual([
      ...['undoFailed', 'undone', 'undone'],
    ]);
    expect(of('undo')).toEqual(['undo shop on eu-1', 'undo shop on eu-1', 'undo shop on eu-1']);
    await world.command(handle, 'recover', { how: 'doneByHand', reason: 'switched by hand' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
  });

  test('that is aborted while it is rehearsed lets an undo come to its end, and repeats none', async () => {
    const { world } = harness;
    let release = (): void => undefined;
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.behaviour.undoComponent = async ({ target }) => {
      if (target === 'us-1') await isReleased;
      return { outcome: 'done', because: 'done' };
    };
    world.behaviour.stages = [comingOut(inWaves, { checks: [rehearsal] })];
    const handle = await world.start();
    await world.until(
      ({ stages }) => of('rehearsal: undo').length > 0 && stages.length > 0,
      'the undo of the last wave',
    );
    await world.command(handle, 'abort', { reason: 'not today' });
    release();
    await expect(handle.result()).resolves.toMatchObject({ state: 'aborted', residue: 'restored' });
    expect(of('rehearsal: undo')).toHaveLength(3);
    expect(of('undo')).toEqual([]);
  });
});

describe('a rehearsed way back that leads over a switch', () => {
  const harness = pathHarness();
  const smoke = { id: 'smoke', kind: 'command', run: ['./smoke.sh'] };
  const switching = { rollout: { kind: 'blueGreen', test: smoke, keep: '0s' } };

  test('is rehearsed there and back, tested both times, and nothing is taken away meanwhile', async () => {
    const { world } = harness;
    const tests: string[] = [];
    world.behaviour.runCheck = async ({ check, round }) => {
      tests.push(`${check.id} ${round}`);
      return {};
    };
    world.behaviour.stages = [comingOut(switching, { checks: [rehearsal] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual([
      ...['rehearsal: apply shop 0 deploy', 'rehearsal: apply shop 100 switch'],
      'rehearsal: undo shop switchBack',
      ...['apply shop 0 deploy', 'apply shop 100 switch', 'apply shop 100 retire'],
    ]);
    expect(tests).toEqual(['smoke 1', 'undo 1', 'smoke 2']);
  });

  test('is not switched where its test fails in the rehearsal, and goes back', async () => {
    const { world } = harness;
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: 'exit code 1' });
    world.behaviour.stages = [comingOut(switching, { checks: [rehearsal] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({
      state: 'rolledBack',
      because: expect.stringContaining('it could not be switched to: smoke of shop'),
    });
    expect(world.effects).toEqual(['rehearsal: apply shop 0 deploy', 'undo shop switchBack']);
  });

  test('is not switched to again where nobody knows what became of the rehearsed switch', async () => {
    const { world } = harness;
    world.behaviour.applyStep = async ({ action, isRehearsal }) =>
      isRehearsal && action === 'switch'
        ? { outcome: 'unknown', because: 'timed out' }
        : { outcome: 'done', because: 'done' };
    world.behaviour.stages = [
      comingOut(
        { rollout: { kind: 'blueGreen', keep: '0s' } },
        { checks: [{ ...rehearsal, required: false }] },
      ),
    ];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects.filter((effect) => effect.startsWith('apply'))).toEqual([]);
  });
});

describe('a freeze that begins while a way back is rehearsed', () => {
  const harness = pathHarness();
  const local = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
  const endless = () => aFreeze({ zone: 'UTC', from: local(-1000) }, { inFlight: 'abort' });

  /** Where the freeze is made: while the operation is under way whose effect reads like this, the first time. */
  const freezeDuring = (effect: string) => {
    const { world } = harness;
    const ids: string[] = [];
    const operate: typeof world.behaviour.applyStep = async ({ operationId }) => {
      ids.push(operationId.split('+').slice(3).join(' '));
      const [handle] = world.handles;
      if (world.effects.at(-1) === effect && world.calendar.revision === 1 && handle) {
        world.calendar.rules = [endless()];
        await world.wakeRelease(handle, 'Freeze holiday was made by ana.');
      }
      return { outcome: 'done', because: 'done' };
    };
    world.behaviour.applyStep = operate;
    world.behaviour.undoComponent = operate;
    return ids;
  };
  const isWaiting = async () =>
    harness.world.until(
      (view) => view.state === 'gating' && harness.world.events.some(({ action }) => action === 'door.shut'),
      'the way back to the gates',
    );

  test.each(['rehearsal: apply shop 100', 'rehearsal: undo shop'])(
    'during "%s" has it taken back and waited for, with nothing to undo, and no second rehearsal',
    async (effect) => {
      const { world } = harness;
      freezeDuring(effect);
      world.behaviour.stages = [aStage({ checks: [rehearsal] })];
      const handle = await world.start();
      const view = await isWaiting();
      expect(world.effects).toEqual(['rehearsal: apply shop 100', 'rehearsal: undo shop']);
      expect(view.stages[0]?.rollout[0]?.compensation).toBeUndefined();
      expect(view.holds).toEqual([]);
      const told = world.events.map(({ action }) => action as string);
      expect(told.indexOf('calendar.changed')).toBeGreaterThan(told.indexOf('rehearsal.started'));
      expect(told.indexOf('calendar.changed')).toBeLessThan(told.indexOf('rehearsal.finished'));
      expect(view.stages[0]?.checks[0]).toMatchObject({ outcome: 'passed', round: 1 });
      expect(world.batches.some(({ freed }) => freed !== undefined)).toBe(true);
      world.calendar.rules = [];
      await world.wakeRelease(handle, 'Freeze holiday was lifted by ana.');
      await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
      expect(world.effects.slice(2)).toEqual(['apply shop 100']);
    },
  );

  test('leaves nothing behind that an abort would have to take back', async () => {
    const { world } = harness;
    freezeDuring('rehearsal: undo shop');
    world.behaviour.stages = [aStage({ checks: [rehearsal] })];
    const handle = await world.start();
    await isWaiting();
    await world.command(handle, 'abort', { reason: 'not this year' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled', residue: 'none' });
    expect(world.effects).toHaveLength(2);
  });

  test('breaks off one that leads through targets, and it begins anew with operations of its own', async () => {
    const { world } = harness;
    const ids = freezeDuring('rehearsal: apply shop 100 on eu-1');
    const targets = ['eu-1', 'eu-2'];
    world.behaviour.stages = [comingOut({ rollout: { kind: 'batches', targets } }, { checks: [rehearsal] })];
    const handle = await world.start();
    const view = await isWaiting();
    const first = ['rehearsalApply 1 eu-1', 'rehearsalUndo 1 eu-1'];
    expect(ids).toEqual(first);
    expect(view.stages[0]?.checks[0]).toMatchObject({ outcome: 'pending' });
    expect(view.stages[0]?.rollout[0]?.targets?.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(world.batches.flatMap(({ rehearsals }) => rehearsals ?? [])).toEqual([]);
    world.calendar.rules = [];
    await world.wakeRelease(handle, 'Freeze holiday was lifted by ana.');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(ids.slice(first.length)).toEqual([
      ...[
        'rehearsalApply 2.1 eu-1',
        'rehearsalApply 2.2 eu-2',
        'rehearsalUndo 2.1 eu-2',
        'rehearsalUndo 2.1 eu-1',
      ],
      ...['apply 1 eu-1', 'apply 2 eu-2'],
    ]);
  });

  test('is not what a failed rehearsal turns back for: what it left is taken back', async () => {
    const { world } = harness;
    freezeDuring('rehearsal: apply shop 100');
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '1.4.0 still runs' });
    world.behaviour.stages = [aStage({ checks: [rehearsal] })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack', residue: 'restored' });
    expect(world.effects.at(-1)).toBe('undo shop');
  });
});

describe('news that comes while a way back is rehearsed', () => {
  const harness = pathHarness();

  test('such as a task for the stage, is met by its gates before anything is deployed to stay', async () => {
    const { world } = harness;
    world.behaviour.undoComponent = async () => {
      const [handle] = world.handles;
      if (handle)
        await world.command(handle, 'addTask', {
          ...{ by: { id: 'ben', kind: 'person' }, title: 'tell support', owner: 'sam' },
          before: world.view?.stage,
        });
      return { outcome: 'done', because: 'done' };
    };
    world.behaviour.stages = [aStage({ checks: [rehearsal] })];
    const handle = await world.start();
    const view = await world.until(
      ({ state, tasks }) => state === 'gating' && tasks !== undefined,
      'the task',
    );
    expect(world.effects).toEqual(['rehearsal: apply shop 100', 'rehearsal: undo shop']);
    const by = { id: 'sam', kind: 'person' };
    await world.command(handle, 'moveTask', { by, task: view.tasks?.[0]?.id, to: 'done' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });
});
