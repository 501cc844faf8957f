import { describe, expect, test } from '@jest/globals';
import { CheckSchema } from '../../domain/policy/check.schema.ts';
import { pathHarness } from '../support/path-harness.ts';
import { comingOut } from '../support/release-world.ts';
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
