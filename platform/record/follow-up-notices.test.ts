import { describe, expect, test } from '@jest/globals';
import { aRelease, anEvent } from '../../test/support/record-builders.ts';
import type { ApprovalView, ReleaseView, StageView } from '../../domain/release/release.ts';
import type { GateVerdict } from '../../domain/verdict.ts';
import { blockedGates, rejections, supersessions } from './follow-up-notices.ts';

const since = '2026-11-26T09:00:00.000Z';
const denied = (gate: string, over: Partial<GateVerdict> = {}): GateVerdict =>
  ({
    ...{ gate, kind: 'denied', because: 'there is nothing to go back to.', remedy: 'Push it again.', since },
    ...over,
  }) as GateVerdict;
const approval = (over: Partial<ApprovalView> = {}): ApprovalView => ({
  ...{ requestId: 'req-1', state: 'open', subjectDigest: 'd', openedAt: since, deadline: since },
  ...{ asked: ['ana', 'ben', 'cem', 'dee'], excluded: [], votes: [], seats: [] },
  ...over,
});
const viewOf = (stage: Partial<StageView>, over: Partial<ReleaseView> = {}): ReleaseView => ({
  ...aRelease().view,
  ...{ id: 'rel_1', state: 'gating', stage: 'production', owner: 'olga' },
  ...{ requestedBy: { id: 'tok_1', kind: 'token' as const, person: 'ben' } },
  stages: [
    {
      ...{ environment: 'production', state: 'gating', checks: [], verdicts: [], rollout: [], soak: [] },
      ...stage,
    },
  ],
  ...over,
});
const judged = anEvent('1', { action: 'gates.evaluated' });

describe('a gate that denies', () => {
  test('is said to the owner and to whoever asked, with what mends it; one mail for each time it comes to deny', () => {
    expect(blockedGates({ events: [judged], view: viewOf({ verdicts: [denied('rollback plan')] }) })).toEqual(
      [
        {
          occasion: `blocked/production/rollback plan/${since}`,
          kind: 'blocked',
          releaseId: 'rel_1',
          to: ['olga', 'ben'],
          environment: 'production',
          sentence: 'shop 1.4.0 may not go on to production: there is nothing to go back to.',
          facts: {
            gate: 'rollback plan',
            cause: 'rollback plan: there is nothing to go back to.',
            remedy: 'Push it again.',
          },
        },
      ],
    );
  });

  const passed = { by: 'sam', because: 'break-glass', until: since };
  test.each([
    ['a check, which has a mail of its own', { verdicts: [denied('checks')] }, {}],
    ['a rejection in its grace time', { verdicts: [denied('approvals')], approval: approval() }, {}],
    ['what broken glass passes', { verdicts: [denied('soak', { passed })] }, {}],
    ['a gate that waits', { verdicts: [denied('soak', { kind: 'waiting' } as never)] }, {}],
    ['a stage that has begun', { state: 'deploying' as const, verdicts: [denied('risk')] }, {}],
    ['a release that has ended', { verdicts: [denied('risk')] }, { ended: { at: since, because: 'x' } }],
  ])('is not said of %s', (_, stage, over) => {
    expect(blockedGates({ events: [judged], view: viewOf(stage, over) })).toEqual([]);
  });

  test('is said where nobody can be asked, and only where the gates were judged', () => {
    const view = viewOf({ verdicts: [denied('approvals')] });
    expect(blockedGates({ events: [judged], view })).toHaveLength(1);
    expect(blockedGates({ events: [anEvent('1')], view })).toEqual([]);
  });
});

describe('a rejection', () => {
  const votes = [
    { person: 'dee', choice: 'reject' as const, at: since, via: 'link' as const, decisionId: 'd' },
  ];
  const closed = (state: string) => [
    { requestId: 'req-1', state, at: since, because: 'dee rejected it: no tax' },
  ];

  test('is said to those who were asked and hear of the end by no other mail, without a link', () => {
    const view = viewOf({ approval: approval({ state: 'rejected', votes }) });
    expect(rejections({ events: [], view, closed: closed('rejected') })).toEqual([
      {
        occasion: 'approval/req-1/rejected',
        kind: 'rejected',
        releaseId: 'rel_1',
        to: ['ana', 'cem'],
        environment: 'production',
        sentence: 'shop 1.4.0 → production: dee rejected it: no tax. You need not decide any more.',
      },
    ]);
  });

  test('is no other end of a request', () => {
    const view = viewOf({ approval: approval({ votes }) });
    expect(rejections({ events: [], view, closed: closed('approved') })).toEqual([]);
    expect(rejections({ events: [], view })).toEqual([]);
  });
});

describe('a release whose place another took', () => {
  const ended = anEvent('1', { action: 'release.ended' });
  const votes = [
    { person: 'dee', choice: 'approve' as const, at: since, via: 'link' as const, decisionId: 'd' },
  ];
  const view = viewOf(
    { approval: approval({ state: 'withdrawn', votes }) },
    { state: 'superseded', ended: { at: since, because: 'shop 1.5.0 takes its place' } },
  );

  test('is said to those who were asked and hear of the end by no other mail', () => {
    expect(supersessions({ events: [ended], view })).toEqual([
      {
        occasion: 'approval/req-1/superseded',
        kind: 'ended',
        releaseId: 'rel_1',
        to: ['ana', 'cem'],
        environment: 'production',
        sentence:
          'shop 1.4.0 → production was superseded: shop 1.5.0 takes its place. You need not decide any more.',
      },
    ]);
  });

  test.each([
    ['that ended otherwise', { ...view, state: 'cancelled' as const }, [ended]],
    ['where nobody had been asked', { ...view, stages: viewOf({}).stages }, [ended]],
    ['again with what is written later', view, [anEvent('2')]],
  ])('is not said of one %s', (_, other, events) => {
    expect(supersessions({ events, view: other })).toEqual([]);
  });
});
