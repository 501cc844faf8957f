import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { MetricView } from '../../domain/release/release.ts';
import { watchQuery, watchWorkflowId, type WatchOutcome } from '../../workflows/contract-watch.ts';
import type { WatchView } from '../../domain/watch/watch.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const harness = pathHarness();
const hour = 3_600_000;
const rule = { forMs: 4 * hour, intervalMs: hour / 2, onRegression: 'propose' as const, onlyWhen: [] };
const metric = (phase: MetricView['phase']): MetricView => ({
  id: 'errors',
  phase,
  because: `errors ${phase}`,
  measurements: 1,
  dryRun: false,
});

/** Releases to a watched stage, and answers the handle of the watch; each look then reads the next phase of the list. */
async function watched(phases: MetricView['phase'][], over = {}): Promise<WorkflowHandle> {
  const { world } = harness;
  world.behaviour.stages = [aStage({ analysis: [aMetric], watch: rule, ...over })];
  world.behaviour.analyse = async ({ at }) => {
    if (at !== 'watch') return {};
    const phase = phases.shift() ?? 'passed';
    return { phase: phase === 'running' ? 'error' : phase, metrics: [metric(phase)] };
  };
  const handle = await world.start();
  await handle.result();
  const releaseId = world.view?.id ?? '';
  const watch = world.client.workflow.getHandle(watchWorkflowId(releaseId));
  world.handles.push(watch as never);
  return watch;
}

const outcome = async (handle: WorkflowHandle): Promise<string[]> =>
  ((await handle.result()) as WatchOutcome).map(({ service, result }) => `${service} ${result}`);

describe('a released version', () => {
  test('that passes its soak and regresses an hour later is found, once, and what heals is told, too', async () => {
    const handle = await watched(['passed', 'failed', 'passed', 'failed', 'failed', 'passed', 'passed']);
    await skipUntil(harness.connection, handle.workflowId, 5 * hour);
    expect(await outcome(handle)).toEqual(['shop healthy']);
    expect(harness.world.watch.told).toEqual([
      '0 healthy',
      '1 healthy',
      '2 healthy',
      '3 healthy',
      '4 healthy',
      '5 regressed!',
      '6 regressed',
      '7 healthy!',
      '8 healthy',
    ]);
    const [found] = harness.world.watch.entries.filter(({ changed }) => changed === 'regressed');
    expect(found).toMatchObject({
      environment: expect.stringMatching(/^production/),
      people: ['ben', 'sam'],
    });
    expect(found?.measuredAt).toBeDefined();
  });

  test('is watched no longer once a newer one has finished there', async () => {
    const handle = await watched([]);
    harness.world.watch.standing = () =>
      harness.world.watch.entries.length >= 3
        ? { superseded: { title: 'shop 1.5.0', at: new Date().toISOString() } }
        : {};
    await skipUntil(harness.connection, handle.workflowId, 5 * hour);
    expect(await outcome(handle)).toEqual(['shop superseded']);
    expect(harness.world.watch.entries.at(-1)?.view.because).toBe('shop 1.5.0 has finished there.');
  });

  test('that too few people have yet is looked at, and not judged', async () => {
    const filter = { ...aMetric, id: 'adoption' };
    const { world } = harness;
    const handle = await watched([], { watch: { ...rule, onlyWhen: [filter] } });
    world.behaviour.analyse = async () => ({
      phase: 'failed',
      metrics: [{ ...metric('failed'), id: 'adoption' }, metric('failed')],
    });
    await skipUntil(harness.connection, handle.workflowId, 5 * hour);
    expect(await outcome(handle)).toEqual(['shop inconclusive']);
    expect(world.watch.entries.some(({ changed }) => changed !== undefined)).toBe(false);
  });

  test('of which nobody can tell anything goes on being watched, and is not called healthy', async () => {
    const handle = await watched([]);
    harness.world.behaviour.analyse = async () => ({ phase: 'error', metrics: [] });
    await skipUntil(harness.connection, handle.workflowId, 1.2 * hour);
    const views = await handle.query<WatchView[], []>(watchQuery);
    expect(views).toMatchObject([
      { service: 'shop', health: 'inconclusive', because: 'nothing was measured' },
    ]);
    await skipUntil(harness.connection, handle.workflowId, 5 * hour);
    expect(await outcome(handle)).toEqual(['shop inconclusive']);
  });
});
