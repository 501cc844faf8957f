import { describe, expect, test } from '@jest/globals';
import type { StagePlan } from '../../domain/release/plan.ts';
import { pathHarness } from '../support/path-harness.ts';
import { aStage, qaRule } from '../support/release-world.ts';
import { skipUntil } from '../support/time-skipping.ts';

const hour = 3_600_000;
const person = (id: string, roles: string[], team?: string) => ({
  id,
  name: id,
  roles,
  ...(team === undefined ? {} : { team }),
});
const backed = { ...qaRule, backup: { role: 'security' } };
const time = (hours: number) => new Date(Date.now() + hours * hour).toISOString();

describe('while an approval waits', () => {
  const harness = pathHarness();

  const started = async (over: Partial<StagePlan> = {}, approval: Partial<StagePlan['approval']> = {}) => {
    const { world } = harness;
    const plan = aStage({ rules: [qaRule], asking: { clock: 'elapsed' }, ...over });
    world.behaviour.stages = [{ ...plan, approval: { ...plan.approval, ...approval } }];
    const handle = await world.start();
    await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the request');
    return { world, handle };
  };
  const mailed = (kind: string) => harness.world.notices.filter((notice) => notice.kind === kind);
  const isEscalated = async () =>
    harness.world.until((view) => view.stages[0]?.approval?.escalatedAt !== undefined, 'more time');

  test('an escalated request may be approved by the backup group, in the time that was added', async () => {
    // so long that no night or weekend brings the asking of the backup group forward to the opening
    const { world, handle } = await started(
      { rules: [backed] },
      { onExpiry: 'escalate', expiresMs: 480 * hour },
    );
    await expect(world.decide(handle, 'sam', 'approve')).rejects.toMatchObject({
      cause: { type: 'APPROVAL_NOT_ASKED' },
    });
    await skipUntil(harness.connection, handle.workflowId, 481 * hour);
    const view = await isEscalated();
    const { openedAt, deadline } = view.stages[0]!.approval!;
    expect(Date.parse(deadline) - Date.parse(openedAt)).toBe(720 * hour);
    await world.decide(handle, 'sam', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.batches.flatMap((batch) => batch.renewed ?? []).at(-1)).toMatchObject({
      deadline,
      stage: { standIns: { backups: [0] } },
    });
  });

  test('an escalated request that nobody decides expires, once', async () => {
    const { world, handle } = await started(
      { rules: [backed] },
      { onExpiry: 'escalate', expiresMs: 10 * hour },
    );
    await skipUntil(harness.connection, handle.workflowId, 16 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired', residue: 'none' });
    const times = world.events.filter(
      ({ action, facts }) => action === 'approval.escalated' && facts?.['before'],
    );
    expect(times).toHaveLength(1);
    expect(world.effects).toEqual([]);
  });

  test('people are reminded twice, once each, the backup group is asked in between, and a manager is told', async () => {
    harness.world.people = [
      { ...person('ana', ['qa']), email: 'ana@acme.test', aliases: [], access: [], manager: 'max' },
    ];
    // so long that no weekend moves two steps to one morning
    const { handle } = await started({ rules: [backed] }, { expiresMs: 480 * hour });
    await skipUntil(harness.connection, handle.workflowId, 481 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired' });
    const reminders = mailed('reminder').flatMap(({ occasion, to }) =>
      to.map((one) => `${occasion.split('/')[2]} ${one}`),
    );
    expect(reminders.toSorted()).toEqual(['half ana', 'half ben', 'last ana', 'last ben', 'last sam']);
    expect(mailed('approvalRequest').map(({ to }) => to)).toEqual([['ana', 'ben'], ['sam']]);
    expect(mailed('approvalWaits')).toMatchObject([{ to: ['max'], facts: { silent: 'ana' } }]);
  });

  test('whoever has decided is not reminded', async () => {
    const { world, handle } = await started({ rules: [{ ...qaRule, atLeast: 2 }] });
    await world.decide(handle, 'ana', 'approve');
    await skipUntil(harness.connection, handle.workflowId, 73 * hour);
    await expect(handle.result()).resolves.toMatchObject({ state: 'expired' });
    expect(new Set(mailed('reminder').flatMap(({ to }) => to))).toEqual(new Set(['ben']));
  });

  test('the delegate of who is away is asked at once and votes, and the vote says for whom', async () => {
    const rules = [{ people: ['ana'], atLeast: 1, not: ['author' as const], backup: { role: 'security' } }];
    harness.world.behaviour.absences = [
      { person: 'ana', from: time(-1), until: time(1000), delegate: 'sam' },
    ];
    const { world, handle } = await started({ rules });
    expect(mailed('approvalRequest').map(({ to }) => to)).toEqual([['sam']]);
    await world.decide(handle, 'sam', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
    expect(world.events.find(({ action }) => action === 'decision.counted')?.facts).toMatchObject({
      insteadOf: ['ana'],
    });
  });

  test('the absent person may still act, and is asked once back', async () => {
    const rules = [{ people: ['ana'], atLeast: 1, not: [], backup: { role: 'security' } }];
    harness.world.behaviour.absences = [{ person: 'ana', from: time(-1), until: time(5), delegate: 'sam' }];
    const { world, handle } = await started({ rules });
    await skipUntil(harness.connection, handle.workflowId, 6 * hour);
    await world.until((view) => view.stages[0]?.approval?.asked.includes('ana') ?? false, 'the return');
    expect(mailed('approvalRequest').map(({ to }) => to)).toEqual([['sam'], ['ana']]);
    await expect(world.decide(handle, 'sam', 'approve')).rejects.toMatchObject({
      cause: { type: 'APPROVAL_NOT_ASKED' },
    });
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('nobody is asked while those who are away could not be replaced, and they are as soon as that has changed', async () => {
    const { world } = harness;
    world.behaviour.absences = [{ person: 'ana', from: time(-1), until: time(1000) }];
    world.behaviour.stages = [
      aStage({ rules: [{ people: ['ana'], atLeast: 1, not: [] }], asking: { clock: 'elapsed' } }),
    ];
    const handle = await world.start();
    const view = await world.until(
      (now) => now.stages[0]?.verdicts.some(({ kind }) => kind === 'denied') ?? false,
      'the denial',
    );
    expect(view.stages[0]?.approval).toBeUndefined();
    expect(view.headline).toContain('away: Ana');
    world.behaviour.absences = [];
    await skipUntil(harness.connection, handle.workflowId, 2 * hour);
    await world.until((now) => now.stages[0]?.approval?.state === 'open', 'the request');
    await world.decide(handle, 'ana', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('two of one team fill one seat where the stage says so', async () => {
    const { world, handle } = await started(
      {
        rules: [{ people: ['ana', 'ben', 'sam'], atLeast: 2, not: [] }],
        candidates: [person('ana', [], 'web'), person('ben', [], 'web'), person('sam', [], 'core')],
      },
      { sameTeamAtMost: 1 },
    );
    await world.decide(handle, 'ana', 'approve');
    const second = await world.decide(handle, 'ben', 'approve');
    expect([second.filled, second.seats]).toEqual([1, 2]);
    await world.decide(handle, 'sam', 'approve');
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('one rejection does not end what takes two of them', async () => {
    const { world, handle } = await started({}, { rejectQuorum: 2 });
    const first = await world.decide(handle, 'ana', 'reject');
    expect(first.approvalState).toBe('open');
    const view = await world.until(
      (now) => now.headline.includes('1 of 2 rejections'),
      'the first rejection',
    );
    expect(view.state).toBe('gating');
    await world.decide(handle, 'ben', 'reject');
    await expect(handle.result()).resolves.toMatchObject({ state: 'rejected' });
  });

  test('a vote below the level of the rule is refused with a sentence, and one at it counts', async () => {
    const { world, handle } = await started({ rules: [{ ...qaRule, assurance: 'login' }] });
    await expect(world.decide(handle, 'ana', 'approve')).rejects.toMatchObject({
      cause: {
        type: 'APPROVAL_ASSURANCE_LOW',
        message: 'Ana may vote here only by login, and this vote came by link.',
      },
    });
    await world.decide(handle, 'ana', 'approve', { assurance: 'login' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });

  test('an approval that waited a week for its start holds no more, and people are asked anew', async () => {
    const { world, handle } = await started();
    await world.command(handle, 'pause', { reason: 'the campaign starts' });
    await world.decide(handle, 'ana', 'approve');
    const first = await world.until((view) => view.stages[0]?.approval?.state === 'approved', 'the approval');
    await skipUntil(harness.connection, handle.workflowId, 170 * hour);
    const again = await world.until(
      (view) =>
        view.stages[0]?.approval?.state === 'open' &&
        view.stages[0].approval.requestId !== first.stages[0]?.approval?.requestId,
      'the second request',
    );
    expect(again.stages[0]?.approval).toMatchObject({
      votes: [],
      previous: first.stages[0]?.approval?.requestId,
    });
    await world.decide(handle, 'ben', 'approve');
    await world.command(handle, 'resume', { reason: 'the campaign is over' });
    await expect(handle.result()).resolves.toMatchObject({ state: 'succeeded' });
  });
});
