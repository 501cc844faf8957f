import { beforeEach, describe, expect, test } from '@jest/globals';
import { CancelledFailure, Context } from '@temporalio/activity';
import { CommandCheckSchema, HttpCheckSchema } from '../../domain/policy/check.schema.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule, type ReleaseWorld } from '../support/release-world.ts';
import { enqueue } from '../../domain/gates/lock/environment-locks.ts';
import { environmentWorkflowId, grantedSignal } from '../../workflows/contract.ts';
import { skipUntil } from '../support/time-skipping.ts';

const check = (id: string, over = {}) =>
  CommandCheckSchema.parse({ id, kind: 'command', run: ['true'], ...over });

const page = (id: string, over = {}) =>
  HttpCheckSchema.parse({ id, kind: 'http', url: `https://shop.example/${id}`, ...over });

/** Beats until it is cancelled, as a long check does. */
const untilCancelled = async (): Promise<never> => {
  for (;;) {
    Context.current().heartbeat();
    await Promise.race([Context.current().cancelled, Context.current().sleep(200)]);
  }
};

describe('checks', () => {
  const harness = pathHarness();

  test('that only read are told by one quick look, and what it does not tell is made like any other', async () => {
    const { world } = harness;
    const made: string[] = [];
    const looked: string[] = [];
    const checks = [page('home'), page('slow'), page('order', { method: 'POST' }), check('unit')];
    world.behaviour.stages = [aStage({ checks, rules: [] })];
    world.behaviour.quickCheck = async ({ check: { id } }) => {
      looked.push(id);
      return id === 'home' ? { summary: 'answered 200' } : null;
    };
    world.behaviour.runCheck = async ({ check: { id } }) => {
      made.push(id);
      return {};
    };
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(looked).toEqual(['home', 'slow']);
    expect(made.sort()).toEqual(['order', 'slow', 'unit']);
    expect(world.view?.stages[0]?.checks.map((one) => [one.id, one.outcome, one.round])).toEqual(
      checks.map(({ id }) => [id, 'passed', 1]),
    );
  });

  test('of a release that was begun before quick looks are made as they were', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [page('home')], rules: [] })];
    world.behaviour.quickCheck = async () => ({ outcome: 'failed', summary: 'must not be asked' });
    const handle = await world.start({ workflowVersion: 5 });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('that fail at a quick look leave no other check running', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [check('slow'), page('home')], rules: [qaRule] })];
    world.behaviour.quickCheck = async () => ({ outcome: 'failed', summary: 'answered 503, expected 200' });
    world.behaviour.runCheck = untilCancelled;
    await world.start();
    const view = await world.until(
      (candidate) => (candidate.stages[0]?.verdicts.length ?? 0) > 0,
      'the gates',
    );
    expect(view.stages[0]?.checks.map((one) => one.outcome)).toEqual(['cancelled', 'failed']);
    expect(view.stages[0]?.approval).toBeUndefined();
  });

  test('the first hard failure cancels its siblings and waits for them', async () => {
    const { world } = harness;
    const ended: string[] = [];
    world.behaviour.stages = [aStage({ checks: [check('unit'), check('slow')], rules: [qaRule] })];
    world.behaviour.runCheck = async (input) => {
      if (input.check.id === 'unit') return { outcome: 'failed', summary: '2 of 310 failed' };
      try {
        return await untilCancelled();
      } catch (error) {
        ended.push(error instanceof CancelledFailure ? 'cancelled' : String(error));
        throw error;
      }
    };
    const handle = await world.start();
    const view = await world.until(
      (candidate) => (candidate.stages[0]?.verdicts.length ?? 0) > 0,
      'the gates',
    );
    expect(ended).toEqual(['cancelled']);
    expect(view.stages[0]?.checks.map((one) => one.outcome)).toEqual(['failed', 'cancelled']);
    expect(view.stages[0]?.verdicts.find((verdict) => verdict.gate === 'checks')?.kind).toBe('denied');
    expect(view.stages[0]?.approval).toBeUndefined();

    world.behaviour.runCheck = async () => ({});
    await world.command(handle, 'retryCheck', {});
    await world.until(
      (candidate) => candidate.stages[0]?.approval?.state === 'open',
      'the request after the retry',
    );
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]?.checks.map((one) => [one.outcome, one.round])).toEqual([
      ['passed', 2],
      ['passed', 2],
    ]);
  });

  test('a failed check that is not required is reported and stops nothing', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [check('unit'), check('lint', { required: false })] })];
    world.behaviour.runCheck = async (input) =>
      input.check.id === 'lint' ? { outcome: 'failed', summary: '3 warnings' } : {};
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]?.checks.map((one) => one.outcome)).toEqual(['passed', 'failed']);
  });

  test('a denial that nobody changes for 72 hours expires the release', async () => {
    const { world } = harness;
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: 'red' });
    const handle = await world.start();
    await world.until(
      (view) => view.stages[0]?.verdicts.some((verdict) => verdict.kind === 'denied') ?? false,
      'the denial',
    );
    await skipUntil(harness.connection, handle.workflowId, 73 * 3_600_000);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired' });
  });
});

describe('a lock that the record keeps', () => {
  const harness = pathHarness();

  test.each([5, 4] as const)(
    'is kept when the calendar turns a release of version %i back at the door and lets it in at once',
    async (workflowVersion) => {
      const { world } = harness;
      world.behaviour.stages = [aStage({ checks: [] })];
      let knocks = 0;
      world.behaviour.door = () =>
        (knocks += 1) < 3
          ? { kind: 'closed', because: 'a quarantine stood for a moment' }
          : { kind: 'open', because: 'both agree' };
      const handle = await world.start({ workflowVersion });
      await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' }); // applyStep asserts that it is held
      expect(world.effects).toEqual(['apply shop 100']);
    },
  );

  test('is handed back where it is granted to a release that does not ask for it', async () => {
    const { world } = harness;
    const environment = `production-${world.taskQueue}`;
    world.behaviour.stages = [aStage({ rules: [qaRule] })];
    const handle = await world.start({ releaseId: 'rel_lost' });
    await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
    const request = {
      ...{ owner: handle.workflowId, releaseId: 'rel_lost', title: 'shop', keys: ['*'] },
      ...{ classRank: 2, requestedAt: new Date().toISOString() },
    };
    await world.locks.change(environment, (locks) => enqueue(locks, request, request.requestedAt));
    expect(world.locks.of(environment).holders).toHaveLength(1);
    await handle.signal(grantedSignal, { environment, fence: 1, keptBy: 'record' });
    await untilTold(world, 'rel_lost', 'lock.released');
    expect(world.locks.of(environment).holders).toEqual([]);
    expect(world.effects).toEqual([]);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('is asked for again where who keeps the queue was ended by hand', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [] })];
    const step = world.holdStep();
    const first = await world.start({ releaseId: 'rel_before' });
    await step.begun;
    const second = await world.start({ releaseId: 'rel_after' });
    await untilTold(world, 'rel_after', 'lock.requested');
    const environment = `production-${world.taskQueue}`;
    await world.client.workflow.getHandle(environmentWorkflowId(environment)).terminate();
    world.locks.forget(environment, second.workflowId); // as with a record that was put back to before it asked
    step.letGo();
    await first.result();
    await skipUntil(harness.connection, second.workflowId, 16 * 60_000);
    await expect(second.result()).resolves.toMatchObject({ state: 'succeeded' });
  });
});

describe.each(['record', 'workflow'] as const)('the environment lock, kept by the %s,', (keptBy) => {
  const harness = pathHarness();
  beforeEach(() => {
    harness.world.locks.keptBy = keptBy;
  });

  test('lets one release in at a time, first come, first served', async () => {
    const { world } = harness;
    const gates = new Map<string, () => void>();
    const order: string[] = [];
    world.behaviour.stages = [aStage({ checks: [] })];
    world.behaviour.applyStep = async (input) => {
      order.push(input.releaseId);
      await new Promise<void>((resolve) => {
        gates.set(input.releaseId, resolve);
        world.wake();
      });
      return { outcome: 'done', because: 'done' };
    };
    const ids = ['rel_a', 'rel_b', 'rel_c'].map((id) => `${id}${crypto.randomUUID().slice(0, 6)}`);
    const handles = [];
    for (const releaseId of ids) {
      handles.push(await world.start({ releaseId }));
      await untilTold(world, releaseId, releaseId === ids[0] ? 'step.started' : 'lock.requested');
    }
    for (const [index, id] of ids.entries()) {
      await world.until(() => gates.has(id), `${id} to deploy`);
      expect(order).toEqual(ids.slice(0, index + 1));
      gates.get(id)?.();
      await handles[index]?.result();
    }
  });

  test('with the queue newestWins an older release that waits ends superseded, and what runs goes on', async () => {
    const { world } = harness;
    const gates = new Map<string, () => void>();
    world.behaviour.stages = [aStage({ checks: [], queue: 'newestWins' })];
    world.behaviour.applyStep = async ({ releaseId }) => {
      await new Promise<void>((resolve) => {
        gates.set(releaseId, resolve);
        world.wake();
      });
      return { outcome: 'done', because: 'done' };
    };
    const shop = (version: string) => ({ components: [{ service: 'shop', version }] });
    const first = await world.start({ releaseId: 'rel_n1', ...shop('1.4.0') });
    await world.until(() => gates.has('rel_n1'), 'the first to deploy');
    world.behaviour.stages = [aStage({ checks: [], queue: 'newestWins', components: componentsAt('1.5.0') })];
    const second = await world.start({ releaseId: 'rel_n2', ...shop('1.5.0') });
    await untilTold(world, 'rel_n2', 'lock.requested');
    world.behaviour.stages = [aStage({ checks: [], queue: 'newestWins', components: componentsAt('1.6.0') })];
    const third = await world.start({ releaseId: 'rel_n3', ...shop('1.6.0') });
    await expect(second.result()).resolves.toMatchObject({ state: 'superseded' });
    gates.get('rel_n1')?.();
    await expect(first.result()).resolves.toMatchObject({ state: 'succeeded' });
    await world.until(() => gates.has('rel_n3'), 'the third to deploy');
    gates.get('rel_n3')?.();
    await expect(third.result()).resolves.toMatchObject({ state: 'succeeded' });
    const end = world.events.find(
      ({ releaseId, action }) => releaseId === 'rel_n2' && action === 'release.ended',
    );
    expect(end?.sentence).toContain('takes its place');
  });

  test('a release that was ended in the engine holds it no longer than until somebody has waited for a minute', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ checks: [] })];
    const step = world.holdStep();
    const first = await world.start({ releaseId: 'rel_ended' });
    await step.begun;
    const second = await world.start({ releaseId: 'rel_waits' });
    await untilTold(world, 'rel_waits', 'lock.requested');
    await first.terminate();
    step.letGo();
    await skipUntil(harness.connection, environmentWorkflowId(`production-${world.taskQueue}`), 61_000);
    await expect(second.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('a release that is aborted in the queue leaves it', async () => {
    const { world } = harness;
    let go = (): void => undefined;
    world.behaviour.stages = [aStage({ checks: [] })];
    world.behaviour.applyStep = async () => {
      await new Promise<void>((resolve) => (go = resolve));
      return { outcome: 'done', because: 'done' };
    };
    const first = await world.start({ releaseId: 'rel_first' });
    await untilTold(world, 'rel_first', 'step.started');
    const second = await world.start({ releaseId: 'rel_second' });
    await untilTold(world, 'rel_second', 'lock.requested');
    await world.command(second, 'abort', { reason: 'no longer needed' });
    await expect(second.result()).resolves.toMatchObject({ state: 'cancelled' });
    go();
    await expect(first.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 100']);
  });
});

const componentsAt = (version: string) => [
  { service: 'shop', version, mode: 'deploy' as const, previousVersion: '1.3.0', dependsOn: [] },
];

async function untilTold(world: ReleaseWorld, releaseId: string, action: string): Promise<void> {
  await world.until(
    () => world.events.some((event) => event.releaseId === releaseId && event.action === action),
    `${action} of ${releaseId}`,
  );
}
