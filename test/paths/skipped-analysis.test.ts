import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { AnalyseInput, AnalysisResult } from '../../activities/contract.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, comingOut } from '../support/release-world.ts';
import { untilCutShort } from '../support/way-back-stories.ts';

describe('a pause with an analysis that a person skips', () => {
  const harness = pathHarness();
  const asked: AnalyseInput[] = [];
  const canary = { steps: [{ weight: 10, hold: '1h' }, { weight: 50, hold: '1h' }, { weight: 100 }] };

  /** At 10 %, being measured; what is concluded when that is cut short comes to `cut`. */
  async function measuring(cut: Partial<AnalysisResult>): Promise<WorkflowHandle> {
    const { world } = harness;
    asked.length = 0;
    world.behaviour.stages = [comingOut(canary, { checks: [], analysis: [aMetric] })];
    world.behaviour.analyse = async (input) => {
      asked.push(input);
      world.wake();
      return asked.length === 1 ? untilCutShort() : asked.length === 2 ? cut : {};
    };
    const handle = await world.start();
    await world.until(() => asked.length === 1, 'the analysis');
    return handle;
  }
  const effects = () => harness.world.effects;
  const toFull = { to: 100, reason: 'it mends checkout' };

  test('is concluded by what was measured, and goes on where that passed', async () => {
    const handle = await measuring({});
    await harness.world.command(handle, 'advance', toFull);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    const [first, second, third] = asked;
    expect(first).toMatchObject({ at: 'step 1', durationMs: 3_600_000 });
    expect(first).not.toHaveProperty('since');
    expect(second).toMatchObject({ at: 'step 1', durationMs: 0, since: expect.any(String) });
    expect(third).toMatchObject({ at: 'soak' });
    expect(effects()).toEqual(['apply shop 10', 'apply shop 100']);
    const finished = harness.world.events.filter(({ action }) => action === 'analysis.finished');
    expect(finished.map(({ facts }) => facts?.['place'])).toEqual(['step 1', 'soak']);
  });

  test('stays where it is where that says too little, until a person continues with a reason', async () => {
    const handle = await measuring({ phase: 'inconclusive', because: 'errors: no data' });
    await harness.world.command(handle, 'advance', toFull);
    const { holds } = await harness.world.until((view) => view.holds.length > 0, 'the hold');
    expect(holds).toMatchObject([{ kind: 'analysis', doubt: { place: 'step 1', phase: 'inconclusive' } }]);
    expect(effects()).toEqual(['apply shop 10']);
    await harness.world.command(handle, 'continueAnalysis', { reason: 'the logs are clean' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('goes back where that failed', async () => {
    const handle = await measuring({ phase: 'failed', because: 'errors is 0.2' });
    await harness.world.command(handle, 'advance', { reason: 'looks good' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(effects()).toEqual(['apply shop 10', 'undo shop']);
  });

  test('that was skipped before it began is measured once all the same', async () => {
    const { world } = harness;
    asked.length = 0;
    world.behaviour.stages = [comingOut(canary, { checks: [], analysis: [aMetric] })];
    let applied = (): void => undefined;
    world.behaviour.applyStep = async ({ weight }) => {
      if (weight === 10)
        await new Promise<void>((resolve) => {
          applied = resolve;
          world.wake();
        });
      return { outcome: 'done', because: 'done' };
    };
    world.behaviour.analyse = async (input) => {
      asked.push(input);
      return {};
    };
    const handle = await world.start();
    await world.until(() => effects().length === 1, 'the step');
    await world.command(handle, 'advance', toFull);
    applied();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(asked.map(({ at, durationMs }) => `${at} ${durationMs}`)).toEqual(['step 1 0', 'soak 0']);
  });
});
