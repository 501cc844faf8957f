import { describe, expect, test } from '@jest/globals';
import { evaluateReviews, heedsReviews, type OwedReview } from './evaluate.ts';

const review = (over: Partial<OwedReview> = {}): OwedReview => ({
  id: 'rev_1_production_1',
  title: 'cart 1.4.1',
  environment: 'production',
  incident: 'INC-7',
  brokenBy: ['cleo'],
  dueAt: '2026-11-26T17:00:00.000Z',
  reviewers: ['Ana Lopez', 'Otto'],
  ...over,
});

describe('a review that is owed', () => {
  test.each([
    ['none is owed', [], '2026-11-26T17:00:00.000Z', undefined, undefined],
    ['it is not due', [review()], '2026-11-26T16:59:59.999Z', undefined, '2026-11-26T17:00:00.000Z'],
    ['it is due', [review()], '2026-11-26T17:00:00.000Z', 'denied', undefined],
    [
      'one is overdue and another not due',
      [review({ dueAt: '2026-11-28T17:00:00.000Z' }), review()],
      '2026-11-27T00:00:00.000Z',
      'denied',
      '2026-11-28T17:00:00.000Z',
    ],
  ] as const)('where %s', (_, owed, now, kind, nextLook) => {
    const answer = evaluateReviews(owed, now);
    expect(answer.row?.kind).toBe(kind);
    expect(answer.nextLook).toBe(nextLook);
  });

  test('says what was not reviewed, who is to do it, and how', () => {
    const { row } = evaluateReviews([review()], '2026-11-27T00:00:00.000Z');
    expect(row).toEqual({
      gate: 'review',
      kind: 'denied',
      because:
        'A break-glass was not reviewed in time: cleo broke the glass for cart 1.4.1 in production (INC-7); the review was due Thu 26 Nov 17:00 UTC.',
      remedy:
        'Ana Lopez or Otto reviews it: `gantry review done rev_1_production_1 --finding "…"`. Urgent releases go on meanwhile, and rollbacks to an older version or to one that ran there.',
    });
  });

  test('counts the others, and says what to do where nobody may review it', () => {
    const { row } = evaluateReviews(
      [review({ reviewers: [] }), review({ id: 'rev_2', dueAt: '2026-11-26T18:00:00.000Z' })],
      '2026-11-27T00:00:00.000Z',
    );
    expect(row?.because).toContain('1 more is overdue.');
    expect(row?.kind === 'denied' && row.remedy).toMatch(
      /^Nobody may review it: give somebody other than cleo/,
    );
  });
});

describe('what a review does not stop', () => {
  const urgent = 'orders are lost';
  test.each([
    ['a planned release', { isBack: false }, true],
    ['an urgent one', { urgent, isBack: false }, false],
    ['one that goes back', { isBack: true }, false],
    ['an urgent one that goes back', { urgent, isBack: true }, false],
  ])('%s', (_, order, heeds) => {
    expect(heedsReviews(order)).toBe(heeds);
  });
});
