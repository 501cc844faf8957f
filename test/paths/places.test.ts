import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { RunnerActivities } from '../../activities/contract-runner.ts';
import { runnerQueue } from '../../domain/rollout/runner-queue.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage } from '../support/release-world.ts';
import { testServers } from '../support/servers.ts';

describe('what really runs before the first step', () => {
  const harness = pathHarness();
  const reading = (version: string) => async () => ({
    kind: 'runs' as const,
    version,
    because: 'its probe says so',
  });

  test('is not asked where the policy does not ask for it', async () => {
    const { world } = harness;
    let looks = 0;
    world.behaviour.probe = async () => {
      looks += 1;
      return { kind: 'nothing', because: 'it is empty' };
    };
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect({ looks, drift: world.view?.stages[0]?.drift }).toEqual({ looks: 0, drift: undefined });
  });

  test('lets a release go on where it is what the record says', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ drift: 'stop' })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]?.drift?.findings).toMatchObject([{ kind: 'same', found: '1.3.0' }]);
  });

  test('is shown where it differs, and stops nobody by the rule show', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ drift: 'show' })];
    world.behaviour.probe = reading('1.2.0');
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.events.find(({ action }) => action === 'drift.found')?.sentence).toContain('1.2.0 does');
  });

  test('holds a release where it differs, until a person has looked; and again where it differs anew', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ drift: 'stop' })];
    world.behaviour.probe = reading('1.2.0');
    const handle = await world.start();
    const held = await world.until((view) => view.holds.some(({ kind }) => kind === 'drift'), 'the hold');
    expect(held.headline).toContain('1.2.0 does');
    expect(world.effects).toEqual([]);
    world.behaviour.probe = reading('1.1.0');
    await world.command(handle, 'resume', { reason: 'it was me' });
    await world.until((view) => view.holds.some(({ reason }) => reason.includes('1.1.0')), 'the second hold');
    expect(world.effects).toEqual([]);
    await world.command(handle, 'resume', { reason: 'that as well' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
    expect(world.notices.filter(({ kind }) => kind === 'held')).toHaveLength(2);
  });

  test('holds a release where nobody can tell, and an abort leaves everything as it is', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ drift: 'stop' })];
    world.behaviour.probe = async () => ({ kind: 'unknown', because: 'it does not answer' });
    const handle = await world.start();
    await world.until((view) => view.holds.some(({ kind }) => kind === 'drift'), 'the hold');
    await world.command(handle, 'abort', { reason: 'not today' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled', residue: 'none' });
    expect(world.effects).toEqual([]);
  });
});

describe('an environment with a runner', () => {
  const harness = pathHarness();
  let native: NativeConnection;
  beforeAll(async () => {
    native = await NativeConnection.connect({ address: testServers().temporalAddress });
  });
  afterAll(() => native.close());

  async function aRunner(name: string, did: string[]) {
    const at = new Date().toISOString();
    const activities: RunnerActivities = {
      operateHere: async ({ kind, input }) => {
        did.push(`${kind} ${input.component.service} ${input.weight}`);
        return {
          outcome: 'done',
          because: 'done',
          stdout: 'it printed',
          stderr: '',
          startedAt: at,
          endedAt: at,
        };
      },
      checkHere: async ({ input }) => {
        did.push(`check ${input.check.id}`);
        const { releaseId, environment, check, round } = input;
        const place = {
          releaseId,
          environment,
          service: 'shop',
          checkId: check.id,
          round,
          subject: 'shop@1.4.0',
        };
        return {
          id: 'res_1',
          ...place,
          outcome: 'passed',
          summary: 'ok',
          stdout: '',
          stderr: '',
          startedAt: at,
          endedAt: at,
        };
      },
      probeHere: async () => {
        did.push('probe');
        return { kind: 'runs', version: '1.3.0', because: 'its probe says 1.3.0' };
      },
    };
    const worker = await Worker.create({
      connection: native,
      taskQueue: runnerQueue(name),
      activities: { ...activities },
    });
    const running = worker.run();
    return async () => {
      worker.shutdown();
      await running;
    };
  }

  test('has all of its work done there, and recorded by ordinary workers', async () => {
    const { world } = harness;
    const name = `eu-${world.taskQueue}`;
    const did: string[] = [];
    const stop = await aRunner(name, did);
    world.behaviour.stages = [aStage({ runner: name, drift: 'stop' })];
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    await stop();
    expect(did).toEqual(['check unit', 'probe', 'apply shop 100']);
    expect(world.effects).toEqual([]);
    expect(world.runners.checks.map(({ checkId }) => checkId)).toEqual(['unit']);
    expect(world.runners.asked).toMatchObject([
      { component: { service: 'shop' }, check: { id: 'unit' }, round: 1 },
    ]);
    expect(world.runners.operations).toMatchObject([
      { performed: { outcome: 'done', stdout: 'it printed' } },
    ]);
  });

  test('says that its runner is not there, and goes on by itself when it comes', async () => {
    const { world } = harness;
    const name = `us-${world.taskQueue}`;
    world.runners.met = { isThere: false, because: `There is no runner ${name}.` };
    world.behaviour.stages = [aStage({ runner: name })];
    const handle = await world.start();
    const waiting = await world.until((view) => view.stages[0]?.missingRunner !== undefined, 'the words');
    expect(waiting.headline).toContain(`There is no runner ${name}.`);
    world.runners.met = {};
    const stop = await aRunner(name, []);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    await stop();
    expect(world.view?.stages[0]?.missingRunner).toBeUndefined();
    const told = world.events.map(({ action }) => action).filter((action) => action.startsWith('runner.'));
    expect(told).toEqual(['runner.missing', 'runner.back']);
  });

  test('can be left while its runner is not there', async () => {
    const { world } = harness;
    const name = `none-${world.taskQueue}`;
    world.runners.met = { isThere: false, because: `There is no runner ${name}.` };
    world.behaviour.stages = [aStage({ runner: name })];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.missingRunner !== undefined, 'the words');
    await world.command(handle, 'abort', { reason: 'not today' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled' });
  });
});
