import { describe, expect, test } from '@jest/globals';
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import { riskRuleOf } from '../../domain/risk/rule.ts';
import { retryCheckUpdate } from '../../workflows/contract.ts';
import { riskPreviewWorkflow } from '../../workflows/contract-risk.ts';
import { aSnapshot } from '../support/a-snapshot.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const small = { deploy: steps([10, '0s'], [100, '0s']) };
const atRisk = (over: Parameters<typeof aStage>[0] = {}) => [
  aStage({ rules: [qaRule], risk: { rule: riskRuleOf() }, ...over }),
];
const moderate = aSnapshot({ migration: 18, size: 8 });
const high = aSnapshot({
  migration: 18,
  size: 12,
  history: 12,
  rules: [{ people: ['sam'], atLeast: 1, not: [] }],
});

describe('risk', () => {
  const harness = pathHarness();

  const started = async (snapshot = moderate, over: Parameters<typeof aStage>[0] = {}) => {
    const { world } = harness;
    world.behaviour.stages = atRisk(over);
    world.behaviour.risk = () => snapshot;
    const handle = await world.start();
    return { world, handle };
  };

  const asked = async (world = harness.world) =>
    world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');

  test('moderate: an approval without a comment is refused, with one it ships; the snapshot is in view and request', async () => {
    const { world, handle } = await started();
    const view = await asked();
    expect(view.stages[0]?.risk).toMatchObject({ points: 26, band: 'moderate' });
    expect(view.stages[0]?.verdicts).toContainEqual(
      expect.objectContaining({
        gate: 'risk',
        kind: 'allowed',
        because: 'Risk is 26 points, moderate: migration 18, size 8.',
      }),
    );
    await expect(world.decide(handle, 'ana', 'approve')).rejects.toThrow();
    await world.decide(handle, 'ana', 'approve', { comment: 'rehearsed on a copy' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    const opened = world.batches.flatMap((batch) => batch.opened ?? []);
    expect(opened[0]?.stage.risk?.snapshot).toMatchObject({ points: 26, band: 'moderate' });
    expect(world.events.map(({ action }) => action)).toContain('risk.assessed');
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(defineSearchAttributeKey('GantryRisk', 'KEYWORD'))).toBe('moderate');
    const { events } = await handle.fetchHistory();
    const written = (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
      upsert ? [Object.keys(upsert.searchAttributes?.indexedFields ?? {})] : [],
    );
    expect(written.filter((names) => names.includes('GantryRisk'))).not.toEqual([]);
    for (const names of written.filter((all) => all.includes('GantryRisk')))
      expect(names).toContain('GantryPhase'); // no event of its own
  });

  test('a band that rises while people are asked makes their votes void, and asks more of them', async () => {
    const { world, handle } = await started(moderate, {
      ...small,
      rules: [{ ...qaRule, atLeast: 2 }],
    });
    const first = (await asked()).stages[0]!.approval!;
    await world.decide(handle, 'ana', 'approve', { comment: 'fine' });
    world.behaviour.risk = () => high;
    await world.command(handle, retryCheckUpdate, { check: 'unit' });
    const again = await world.until((view) => {
      const approval = view.stages[0]?.approval;
      return approval !== undefined && approval.requestId !== first.requestId;
    }, 'the second request');
    expect(again.stages[0]?.approval).toMatchObject({
      ...{ votes: [], state: 'open' },
      previous: first.requestId,
    });
    expect(again.stages[0]?.approval?.seats.map(({ atLeast }) => atLeast)).toEqual([2, 1]);
    expect(world.batches.flatMap((batch) => batch.closed ?? [])).toContainEqual(
      expect.objectContaining({
        requestId: first.requestId,
        state: 'superseded',
        because: 'its risk rose from 26 points, moderate, to 42 points, high',
      }),
    );
    for (const person of ['ana', 'ben', 'sam'])
      await world.decide(handle, person, 'approve', { comment: 'fine' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('high with a large first step is refused at once, with the remedy', async () => {
    const { world, handle } = await started(high);
    await expect(handle.result()).resolves.toMatchObject({ state: 'failed', residue: 'none' });
    expect(world.view?.ended?.because).toMatch(/at most 10 % is allowed\. Begin `deploy\.steps`/);
    expect(world.effects).toEqual([]);
  });

  test('a hard blocker keeps the gate shut, and nobody is asked', async () => {
    const blocker = {
      id: 'previousArtifactGone',
      because: 'Nothing to go back to.',
      remedy: 'Push it.',
    } as const;
    const { world, handle } = await started(aSnapshot({ blockers: [blocker] }));
    const view = await world.until((one) => (one.stages[0]?.verdicts.length ?? 0) > 0, 'the gates');
    expect(view.stages[0]?.verdicts).toContainEqual(
      expect.objectContaining({ gate: 'risk', kind: 'denied', remedy: 'Push it.' }),
    );
    expect(view.stages[0]?.approval).toBeUndefined();
    await world.command(handle, 'abort', { reason: 'enough seen' });
    await handle.result();
  });

  test('a stage without the setting is not looked at', async () => {
    const { world } = harness;
    world.behaviour.risk = () => {
      throw new Error('nobody should ask');
    };
    const handle = await world.start();
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]).not.toHaveProperty('risk');
  });

  test('a look without a release gives the snapshot back', async () => {
    const { world } = harness;
    world.behaviour.risk = () => high;
    const input = {
      policyDigest: 'p',
      environment: 'production',
      components: [],
      now: '2026-11-26T09:00:00.000Z',
    };
    const found = await world.client.workflow.execute(riskPreviewWorkflow, {
      workflowId: `risk/${crypto.randomUUID()}`,
      taskQueue: world.taskQueue,
      args: [input],
    });
    expect(found).toMatchObject({ points: 42, band: 'high' });
  });

  test('risk that cannot be assessed keeps the gate shut and is tried again', async () => {
    const { world } = harness;
    world.behaviour.stages = atRisk();
    world.behaviour.risk = () => {
      throw ApplicationFailure.nonRetryable('the record is gone');
    };
    const handle = await world.start();
    const view = await world.until((one) => (one.stages[0]?.verdicts.length ?? 0) > 0, 'the gates');
    expect(view.stages[0]?.verdicts).toContainEqual(
      expect.objectContaining({
        gate: 'risk',
        kind: 'waiting',
        because: 'Cannot tell how risky it is: the record is gone',
      }),
    );
    expect(view.stages[0]?.approval).toBeUndefined();
    world.behaviour.risk = () => moderate;
    await skipUntil(harness.connection, handle.workflowId, 6 * 60_000);
    await world.until(
      (one) => one.stages[0]?.approval?.state === 'open',
      'the request after the second look',
    );
    await expect(world.decide(handle, 'ana', 'approve')).rejects.toThrow();
    await world.decide(handle, 'ana', 'approve', { comment: 'fine' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });
});
