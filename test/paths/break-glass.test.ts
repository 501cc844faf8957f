import { describe, expect, test } from '@jest/globals';
import type { DoorInput } from '../../activities/contract.ts';
import { CheckSchema } from '../../domain/policy/check.schema.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { riskRuleOf } from '../../domain/risk/rule.ts';
import { aFreeze } from '../support/a-calendar.ts';
import { aSnapshot } from '../support/a-snapshot.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const local = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
const candidates = [
  { id: 'ana', name: 'Ana', roles: ['qa'] },
  { id: 'sam', name: 'Sam', roles: ['sre'] },
  { id: 'kim', name: 'Kim', roles: ['sre'] },
];
const rule = { roles: ['sre'], atLeast: 1, reviewWithinMs: 24 * hour };
const sampled = CheckSchema.parse({
  id: 'errors',
  kind: 'http',
  url: 'http://127.0.0.1/',
  sample: { interval: '5m', minSuccess: '5m', timeout: '1h' },
});
const sampling = { delayMs: 0, intervalMs: 300_000, minSuccessMs: 300_000, timeoutMs: hour };

describe('breaking the glass', () => {
  const harness = pathHarness();
  const asks = (over = {}) => [aStage({ rules: [qaRule], candidates, breakGlass: rule, ...over })];
  const smash = (handle: Parameters<typeof harness.world.command>[0], id = 'sam') =>
    harness.world.command(handle, 'breakGlass', {
      by: { id, kind: 'person' },
      reason: 'carts are lost, this mends it',
      incident: 'INC-7',
    });

  test('starts past approvals and a freeze, says past what, tells all owners and owes a review', async () => {
    const { world } = harness;
    world.behaviour.stages = asks({ deploy: steps([10, '1h'], [100, '0s']) });
    world.calendar.rules = [aFreeze({ zone: 'UTC', from: local(-hour) }, { inFlight: 'pauseAtStep' })];
    let seen: unknown;
    world.behaviour.door = ({ glass }) => {
      seen = glass;
      return { kind: 'open', because: 'both agree' };
    };
    const handle = await world.start();
    await world.until(
      (v) => v.stages[0]?.verdicts.some(({ gate }) => gate === 'freeze') ?? false,
      'the freeze',
    );
    await smash(handle);
    await world.until((v) => v.stages[0]?.rollout[0]?.exposure === 10, '10 %');
    await skipUntil(harness.connection, handle.workflowId, 2 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.effects).toEqual(['apply shop 10', 'apply shop 100']);
    expect(seen).toEqual({ gates: ['approvals', 'freeze'], people: ['sam'] });
    const used = world.events.find(({ action }) => action === 'glass.used');
    expect(used?.facts?.['gates']).toEqual(['approvals', 'freeze']);
    expect(used?.sentence).toMatch(/INC-7.*Sam.*despite approvals: .*freeze: /s);
    expect(world.notices.find(({ kind }) => kind === 'glassBroken')?.to).toEqual(['ben', 'sam']);
    const reviews = world.batches.flatMap((batch) => batch.reviews ?? []);
    expect(reviews).toMatchObject([{ brokenBy: ['sam'], incident: 'INC-7', releaseId: world.view?.id }]);
    expect(Date.parse(reviews[0]!.dueAt) - Date.parse(reviews[0]!.brokenAt)).toBe(24 * hour);
    const passed = world.batches.flatMap((batch) => batch.view.stages[0]?.verdicts ?? []);
    expect(passed.find((row) => row.gate === 'freeze' && row.passed)).toMatchObject({
      kind: 'waiting',
      passed: { by: 'sam' },
    });
  });

  test('closes the request that was open: nobody is asked any more', async () => {
    const { world } = harness;
    world.behaviour.stages = asks();
    const handle = await world.start();
    await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the request');
    await smash(handle);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.view?.stages[0]?.approval?.state).toBe('withdrawn');
  });

  test('passes no failed check', async () => {
    const { world } = harness;
    world.behaviour.stages = asks();
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: '2 of 310 failed' });
    const handle = await world.start();
    await world.until(
      (v) => v.stages[0]?.verdicts.some(({ kind }) => kind === 'denied') ?? false,
      'the check',
    );
    await smash(handle);
    const view = await world.until((v) => v.stages[0]?.glass?.review !== undefined, 'the glass');
    expect(view.headline).toContain('2 of 310 failed');
    expect(world.effects).toEqual([]);
    await world.command(handle, 'abort', { reason: 'not so' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled' });
  });

  test('passes a soak, sampled checks and duties of the risk band, and asks no sampled result at the door', async () => {
    const { world } = harness;
    world.behaviour.stages = asks({
      checks: [sampled],
      gates: { soak: { from: 'staging', atLeastMs: 48 * hour }, sampling },
      risk: { rule: riskRuleOf() },
      deploy: steps([10, '0s'], [100, '0s']),
    });
    world.behaviour.standing = ({ now }) => ({
      at: now,
      soak: [{ service: 'shop', version: '1.4.0', stays: [{ from: now }] }],
    });
    world.behaviour.risk = () => aSnapshot({ migration: 60, weekEndsAt: local(48 * hour) + 'Z' });
    world.behaviour.runCheck = async () => ({ outcome: 'failed', summary: 'too many errors' });
    let seen: Pick<DoorInput, 'checks' | 'glass'> | undefined;
    world.behaviour.door = (input) => {
      seen = input;
      return { kind: 'open', because: 'both agree' };
    };
    const handle = await world.start();
    await world.until((v) => v.stages[0]?.sampling?.taken === 1, 'the first sample');
    expect(world.effects).toEqual([]);
    await smash(handle);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(seen?.glass?.gates).toEqual(['soak', 'samples', 'risk', 'approvals']);
    expect(seen?.checks).toEqual([]);
  });

  test.each([
    ['a hard blocker', { risk: { rule: riskRuleOf() } }, 'risk'],
    ['a wrong way here', { gates: { promotion: { from: ['staging'], which: 'any' as const } } }, 'promotion'],
  ])('never passes %s', async (_, over, gate) => {
    const { world } = harness;
    world.behaviour.stages = asks({ checks: [], ...over });
    world.behaviour.risk = () =>
      aSnapshot({
        blockers: [{ id: 'previousArtifactGone', because: 'Nothing to go back to.', remedy: 'Push it.' }],
      });
    world.behaviour.standing = ({ now }) => ({ at: now, verified: [] });
    const handle = await world.start();
    const isDenied = (v: ReleaseView) =>
      v.stages[0]?.verdicts.some((row) => row.gate === gate && row.kind === 'denied') ?? false;
    await world.until(isDenied, 'the denial');
    await smash(handle);
    const view = await world.until(
      (v) => v.stages[0]?.verdicts.some(({ passed }) => passed !== undefined) ?? false,
      'the glass',
    );
    expect(view.stages[0]?.verdicts.find((row) => row.gate === gate)?.passed).toBeUndefined();
    expect(world.effects).toEqual([]);
    await world.command(handle, 'abort', { reason: 'not so' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'cancelled' });
  });

  test('takes as many people as the policy says, each with the role', async () => {
    const { world } = harness;
    world.behaviour.stages = asks({ breakGlass: { ...rule, atLeast: 2 } });
    const handle = await world.start();
    await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the request');
    await expect(smash(handle, 'ana')).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    await smash(handle, 'sam');
    await expect(smash(handle, 'sam')).rejects.toMatchObject({ cause: { type: 'COMMAND_NOT_POSSIBLE' } });
    expect(world.effects).toEqual([]);
    expect(world.batches.flatMap((batch) => batch.reviews ?? [])).toEqual([]);
    await smash(handle, 'kim');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.batches.flatMap((batch) => batch.reviews ?? [])).toMatchObject([
      { brokenBy: ['sam', 'kim'] },
    ]);
  });

  test('is nobody’s where the policy does not name a role', async () => {
    const { world } = harness;
    world.behaviour.stages = [aStage({ rules: [qaRule], candidates })];
    const handle = await world.start();
    await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the request');
    await expect(smash(handle)).rejects.toMatchObject({ cause: { type: 'COMMAND_NOT_POSSIBLE' } });
    await handle.terminate();
  });

  test('a review of another release that comes to be overdue voids what was agreed to, and stops it until it is done', async () => {
    const { world } = harness;
    const dueAt = new Date(Date.now() + hour).toISOString();
    world.calendar.reviews = [
      {
        ...{ id: 'rev_1', title: 'shop 1.3.9', environment: 'production', incident: 'INC-6' },
        ...{ brokenBy: ['kim'], dueAt, reviewers: ['Sam'] },
      },
    ];
    world.calendar.rules = [aFreeze({ zone: 'UTC', from: local(-hour), to: local(3 * hour) })];
    world.behaviour.stages = asks({ heedsReviews: true });
    const handle = await world.start();
    const first = await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the question');
    await world.decide(handle, 'ana', 'approve');
    await world.until((v) => v.stages[0]?.approval?.state === 'approved', 'the approval');
    await skipUntil(harness.connection, handle.workflowId, 4 * hour);
    const stopped = await world.until(
      (v) => v.stages[0]?.verdicts[0]?.gate === 'review' && v.stages[0]?.approval === undefined,
      'the overdue review',
    );
    expect(stopped.stages[0]?.verdicts[0]).toMatchObject({
      ...{ kind: 'denied', because: expect.stringContaining('INC-6') },
      remedy: expect.stringContaining('Sam reviews it: `gantry review done rev_1'),
    });
    expect(world.batches.flatMap(({ closed = [] }) => closed)).toMatchObject([
      { state: 'approved' },
      { state: 'superseded', from: 'approved', because: expect.stringContaining('INC-6') },
    ]);
    expect(world.effects).toEqual([]);
    world.calendar.reviews = [];
    await world.wakeRelease(handle, 'Sam reviewed the break-glass of shop 1.3.9.', 'w1');
    const again = await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the second question');
    expect(again.stages[0]?.approval?.previous).toBe(first.stages[0]?.approval?.requestId);
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });
});
