import { describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { AnalyseInput, AnalysisResult } from '../../activities/contract.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aMetric, aStage, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;

describe('an analysis in doubt', () => {
  const harness = pathHarness();
  const asked: AnalyseInput[] = [];

  /** A canary at 10 % whose analyses come to these, one after the other; the last one for ever. */
  async function start(
    phases: AnalysisResult['phase'][],
    over: Partial<StagePlan> = {},
  ): Promise<WorkflowHandle> {
    const { world } = harness;
    asked.length = 0;
    world.behaviour.stages = [
      aStage({ deploy: steps([10, '5m'], [100, '0s']), analysis: [aMetric], ...over }),
    ];
    world.behaviour.analyse = async (input) => {
      asked.push(input);
      const phase = phases[Math.min(asked.length, phases.length) - 1] ?? 'passed';
      return { phase, because: `errors: ${phase}` };
    };
    return world.start();
  }
  const isAsked = () =>
    harness.world.until(
      ({ holds }) => holds.some(({ doubt }) => doubt?.answerBy !== undefined),
      'the question',
    );
  const mails = (kind: string) => harness.world.notices.filter((notice) => notice.kind === kind);
  const actions = () => harness.world.events.map(({ action }) => action);
  const command = (handle: WorkflowHandle, name: string, input: object) =>
    harness.world.command(handle, name, input);

  test('is extended, measured for that time, and goes on when that passed', async () => {
    const handle = await start(['inconclusive', 'passed']);
    const view = await isAsked();
    expect(view.headline).toContain('Without an answer it is rolled back');
    expect(view.holds).toMatchObject([
      {
        kind: 'analysis',
        doubt: { service: 'shop', place: 'step 1', phase: 'inconclusive', who: ['ben', 'sam'] },
      },
    ]);
    await command(handle, 'extendAnalysis', { byMs: hour / 2, reason: 'hardly any traffic before nine' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(asked.map(({ at, durationMs }) => [at, durationMs])).toEqual([
      ['step 1', 300_000],
      ['step 1', 1_800_000],
      ['soak', 0],
    ]);
    expect(actions()).toEqual(expect.arrayContaining(['analysis.asked', 'analysis.extended', 'hold.lifted']));
  });

  test('that is no surer after an extension asks again, and goes back without an answer, never on', async () => {
    const handle = await start(['inconclusive']);
    await isAsked();
    await command(handle, 'extendAnalysis', { byMs: 60_000, reason: 'more traffic soon' });
    const { world, connection } = harness;
    await world.until(() => mails('held').length === 2, 'the second question');
    await isAsked();
    await skipUntil(connection, handle.workflowId, 1.05 * hour);
    await expect(handle.result()).resolves.toMatchObject({
      state: 'rolledBack',
      because: expect.stringContaining('errors: inconclusive. Nobody answered in time.'),
    });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });

  test('that fails after an extension sends the release back at once', async () => {
    const handle = await start(['inconclusive', 'failed']);
    await isAsked();
    await command(handle, 'extendAnalysis', { byMs: 60_000, reason: 'more traffic soon' });
    await expect(handle.result()).resolves.toMatchObject({
      state: 'rolledBack',
      because: 'analysis failed: errors: failed',
    });
  });

  test('is passed over by a person with a reason, for this step alone', async () => {
    const handle = await start(['inconclusive', 'inconclusive']);
    await isAsked();
    const refused = { cause: { message: expect.stringContaining('give a reason') } };
    await expect(command(handle, 'continueAnalysis', {})).rejects.toMatchObject(refused);
    await command(handle, 'continueAnalysis', { reason: 'the logs are clean' });
    await harness.world.until(
      ({ holds }) => holds.some(({ doubt }) => doubt?.place === 'soak'),
      'the next doubt',
    );
    expect(harness.world.effects).toEqual(['apply shop 10', 'apply shop 100']);
    expect(harness.world.events.find(({ action }) => action === 'analysis.continued')).toMatchObject({
      actor: { id: 'ben' },
      reason: 'the logs are clean',
      facts: { place: 'step 1', phase: 'inconclusive' },
    });
    // lifting all holds is an answer, too, and overrides what was measured: it takes a reason as well
    await expect(command(handle, 'resume', {})).rejects.toMatchObject({
      cause: { message: expect.stringContaining('give a reason') },
    });
    await command(handle, 'resume', { reason: 'the logs are clean here, too' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('that failed where nothing goes back by itself waits for people, and tells more of them', async () => {
    const handle = await start(['failed', 'passed'], { autoRollback: false });
    const { headline } = await isAsked();
    expect(headline).not.toContain('rolled back');
    const { world, connection } = harness;
    await skipUntil(connection, handle.workflowId, 3 * hour);
    await world.until(() => mails('needsPerson').length > 0, 'the second mail');
    expect(world.effects).toEqual(['apply shop 10']);
    expect(actions().filter((action) => action === 'analysis.escalated')).toHaveLength(1);
    await command(handle, 'rollBack', { reason: 'better safe' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
  });

  test('stays where there is no way back, and tells more people', async () => {
    const component = aStage().components[0]!;
    const migrations = { kind: 'irreversible' as const, compatible: [], isFinal: true };
    const handle = await start(['inconclusive', 'passed'], { components: [{ ...component, migrations }] });
    await isAsked();
    const { world, connection } = harness;
    await skipUntil(connection, handle.workflowId, 3 * hour);
    await world.until(() => mails('needsPerson').length > 0, 'the second mail');
    expect(mails('needsPerson')[0]?.sentence).toContain('roll forward');
    expect(world.effects).toEqual(['apply shop 10']);
    await command(handle, 'continueAnalysis', { reason: 'the logs are clean' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('cannot be answered where there is none, nor extended by no time', async () => {
    const handle = await start(['inconclusive']);
    await isAsked();
    for (const [input, words] of [
      [{ byMs: 1000, reason: 'x' }, 'is extended by 1 min to 3 d'],
      [{ byMs: hour, reason: 'x', service: 'cart' }, 'No analysis of cart'],
    ] as const)
      await expect(command(handle, 'extendAnalysis', input)).rejects.toMatchObject({
        cause: { message: expect.stringContaining(words) },
      });
    await handle.terminate();
  });
});

describe('a metric source that is away', () => {
  const harness = pathHarness();

  async function start(
    phases: AnalysisResult['phase'][],
    isBack: () => Promise<boolean>,
  ): Promise<WorkflowHandle> {
    const { world } = harness;
    let count = 0;
    world.behaviour.stages = [aStage({ deploy: steps([10, '5m'], [100, '0s']), analysis: [aMetric] })];
    world.behaviour.analyse = async () => {
      count += 1;
      const phase = phases[Math.min(count, phases.length) - 1] ?? 'passed';
      return { phase, because: `errors: ${phase}` };
    };
    world.behaviour.awaitSources = async () => ({
      isBack: await isBack(),
      because: 'errors: the connection is refused',
    });
    return world.start();
  }

  test('and comes back in time gets one fresh analysis', async () => {
    const handle = await start(['error', 'passed'], async () => true);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    const { events, notices } = harness.world;
    expect(events.filter(({ action }) => action === 'analysis.finished')).toHaveLength(3);
    expect(events.map(({ action }) => action)).not.toContain('analysis.asked');
    expect(notices.filter(({ kind }) => kind === 'held').map(({ to }) => to)).toEqual([['ben']]);
  });

  test.each<[string, AnalysisResult['phase'][], boolean, string]>([
    ['and does not come back', ['error'], false, 'the connection is refused'],
    ['and is away again in the fresh analysis', ['error', 'error'], true, 'errors: error'],
  ])('%s is a doubt like any other', async (_, phases, isBack, because) => {
    const handle = await start(phases, async () => isBack);
    const { world, connection } = harness;
    const view = await world.until(({ holds }) => holds.some(({ doubt }) => doubt?.answerBy !== undefined));
    expect(view.holds).toMatchObject([
      {
        doubt: { phase: 'inconclusive' },
        reason: expect.stringContaining(because),
        until: expect.any(String),
      },
    ]);
    await skipUntil(connection, handle.workflowId, 1.05 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'rolledBack' });
    expect(world.effects).toEqual(['apply shop 10', 'undo shop']);
  });

  test('is not waited for once people have answered', async () => {
    let letGo = (): void => undefined;
    const waiting = new Promise<boolean>((resolve) => {
      letGo = () => resolve(false);
    });
    const handle = await start(['error', 'passed'], () => waiting);
    const { world } = harness;
    await world.until(
      ({ holds }) => holds.some(({ doubt }) => doubt?.againUntil !== undefined),
      'the waiting',
    );
    await world.command(handle, 'continueAnalysis', { reason: 'the logs are clean' });
    letGo();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.events.map(({ action }) => action)).not.toContain('analysis.asked');
  });
});
