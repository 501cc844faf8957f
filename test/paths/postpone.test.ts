import { describe, expect, test } from '@jest/globals';
import { riskRuleOf } from '../../domain/risk/rule.ts';
import { aSnapshot } from '../support/a-snapshot.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule, steps } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const as = (id: string) => ({ by: { id, kind: 'person' as const } });

describe('a release that people delay', () => {
  const harness = pathHarness();
  const row = (gate: string) =>
    harness.world.view?.stages[0]?.verdicts.find((verdict) => verdict.gate === gate);
  const asked = async (over = {}) => {
    const { world } = harness;
    world.behaviour.stages = [
      aStage({
        rules: [qaRule],
        candidates: [
          { id: 'ana', name: 'Ana', roles: ['qa'] },
          { id: 'cem', name: 'Cem', roles: ['qa'] },
          { id: 'rose', name: 'Rose', roles: ['release-manager'] },
        ],
        ...over,
      }),
    ];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
    return { world, handle };
  };

  test('waits until then as planned, keeps the votes where nothing has changed, and goes then', async () => {
    const { world, handle } = await asked();
    await world.command(handle, 'postpone', {
      ...as('ana'),
      until: later(20 * hour),
      reason: 'support is away',
    });
    const view = await world.until(
      (v) => v.state === 'planned' && row('postponed') !== undefined,
      'the delay',
    );
    expect(view.postponements).toMatchObject([{ commandId: expect.stringMatching(/./) }]);
    expect(view.headline).toContain('Postponed by Ana until');
    expect(view.schedule).toBeUndefined();
    expect(view.stages[0]?.approval?.votes).toEqual([]);
    await world.decide(handle, 'cem', 'approve');
    await world.until((v) => v.stages[0]?.approval?.state === 'approved', 'the approval');
    expect(world.effects).toEqual([]);
    await skipUntil(harness.connection, handle.workflowId, 21 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.events.filter(({ action }) => action === 'approval.requested')).toHaveLength(1);
    expect(world.notices.find(({ kind }) => kind === 'postponed')?.to).toEqual(['ben', 'ana', 'cem']);
  });

  test('is asked about anew where the subject has changed meanwhile', async () => {
    const { world, handle: second } = await asked();
    const stage = world.behaviour.stages[0]!;
    await world.command(second, 'postpone', { ...as('rose'), until: later(20 * hour), reason: 'not today' });
    await world.until((v) => v.state === 'planned', 'the delay');
    await world.decide(second, 'ana', 'approve');
    await world.until((v) => v.stages[0]?.approval?.state === 'approved', 'the approval');
    world.behaviour.stages = [{ ...stage, subjectDigest: 'f'.repeat(64) }];
    await skipUntil(harness.connection, second.workflowId, 21 * hour);
    const again = await world.until(
      (v) => v.stages[0]?.approval?.subjectDigest === 'f'.repeat(64),
      'the second request',
    );
    expect(again.stages[0]?.approval?.votes).toEqual([]);
    expect(world.effects).toEqual([]);
    await world.decide(second, 'ana', 'approve');
    await expect(second.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('keeps what the risk asked for, too, with the votes that were given to it', async () => {
    const { world } = harness;
    const owners = { people: ['cem'], atLeast: 1, not: [] };
    world.behaviour.risk = () => aSnapshot({ migration: 42, rules: [owners] });
    let rules: unknown;
    world.behaviour.door = (input) => {
      ({ rules } = input);
      return { kind: 'open', because: 'both agree' };
    };
    const { handle } = await asked({ risk: { rule: riskRuleOf() }, deploy: steps([10, '0s'], [100, '0s']) });
    await world.decide(handle, 'ana', 'approve', { comment: 'fine' });
    await world.command(handle, 'postpone', { ...as('rose'), until: later(20 * hour), reason: 'not today' });
    await world.until((v) => v.state === 'planned', 'the delay');
    await world.decide(handle, 'cem', 'approve', { comment: 'fine' });
    await world.until((v) => v.stages[0]?.approval?.state === 'approved', 'the approval');
    await skipUntil(harness.connection, handle.workflowId, 21 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(rules).toEqual([qaRule, owners]);
    expect(world.batches.flatMap(({ opened }) => opened ?? [])).toHaveLength(1);
  });

  test('a request that would end before the delay is closed, and a new one follows in time', async () => {
    const { world, handle } = await asked({
      approval: { expiresMs: 10 * hour, graceMs: 0, onExpiry: 'close', assurance: 'link' },
    });
    const first = world.view?.stages[0]?.approval?.requestId;
    await world.command(handle, 'postpone', { ...as('ana'), until: later(20 * hour), reason: 'not today' });
    await world.until(
      (v) => v.stages[0]?.approval === undefined && v.state === 'planned',
      'the end of the request',
    );
    expect(world.batches.flatMap(({ closed }) => closed ?? [])).toMatchObject([
      { requestId: first, state: 'superseded' },
    ]);
    await skipUntil(harness.connection, handle.workflowId, 11 * hour);
    await world.until((v) => v.stages[0]?.approval?.state === 'open', 'the second request');
    await world.decide(handle, 'ana', 'approve');
    await world.until((v) => v.stages[0]?.approval?.state === 'approved', 'the approval');
    expect(world.effects).toEqual([]);
    await skipUntil(harness.connection, handle.workflowId, 10 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('A19: the second delay of an approver is refused, and so is one that is too long or comes too late', async () => {
    const { world, handle } = await asked();
    const delay = (id: string, hours: number) =>
      world.command(handle, 'postpone', { ...as(id), until: later(hours * hour), reason: 'not today' });
    await expect(delay('ana', 25)).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    await expect(delay('zoe', 1)).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    await delay('ana', 20);
    await expect(delay('ana', 10)).rejects.toMatchObject({
      cause: { type: 'AUTHORITY_MISSING', message: expect.stringContaining('ask its owner') },
    });
    await delay('ben', 100); // its owner
    expect((await world.state(handle)).postponements?.map((one) => one.as)).toEqual(['approver', 'owner']);
    await expect(
      world.command(handle, 'liftPostponement', { ...as('cem'), reason: 'now' }),
    ).rejects.toMatchObject({ cause: { type: 'AUTHORITY_MISSING' } });
    await world.command(handle, 'liftPostponement', { ...as('rose'), reason: 'support is back' });
    await world.until((v) => v.state === 'gating' && row('postponed') === undefined, 'its gates');
    expect((await world.state(handle)).schedule).toBeUndefined();
    await world.decide(handle, 'cem', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('gives the environment back while it is delayed, and its latest start moves with it', async () => {
    const { world } = harness;
    let go = (): void => undefined;
    world.behaviour.applyStep = () =>
      new Promise((resolve) => {
        go = () => resolve({ outcome: 'done', because: 'done' });
      });
    const holder = await world.start();
    await world.until((v) => v.state === 'deploying', 'the first one');
    const second = await world.start({ schedule: { at: later(-hour), startBy: later(3 * hour) } });
    await world.until((v) => v.workflowId === second.workflowId && v.state === 'ready', 'the queue');
    await world.command(second, 'postpone', { ...as('ben'), until: later(20 * hour), reason: 'not today' });
    const view = await world.until(
      (v) => v.workflowId === second.workflowId && v.state === 'planned',
      'the delay',
    );
    expect(Date.parse(view.schedule?.startBy ?? '') - Date.now()).toBeGreaterThan(22 * hour);
    await world.until(() => world.batches.some(({ freed }) => (freed ?? []).length > 0), 'the environment');
    await second.terminate();
    go();
    await expect(holder.result()).resolves.toMatchObject({ state: 'succeeded' });
  });
});
