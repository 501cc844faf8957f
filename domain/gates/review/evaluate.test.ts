import { describe, expect, test } from '@jest/globals';
import { evaluateReviews, goesBackFor, heedsReviews, type OwedReview, type PlaceBefore } from './evaluate.ts';

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
  test.each([
    ['a planned release', { intent: 'deploy' }, false, true],
    ['an urgent one', { intent: 'deploy', urgent: 'orders are lost' }, false, false],
    ['a rollback that goes back', { intent: 'rollback' }, true, false],
    ['what is only called a rollback', { intent: 'rollback' }, false, true],
    [
      'an urgent one that is called a rollback',
      { intent: 'rollback', urgent: 'orders are lost' },
      false,
      false,
    ],
    ['a repetition of what ran there', { intent: 'redeploy' }, true, true],
  ] as const)('%s', (_, order, isBack, heeds) => {
    expect(heedsReviews(order, { isBack })).toBe(heeds);
  });

  const place = (version: string, over: Partial<PlaceBefore> = {}): PlaceBefore => ({
    build: { service: 'cart', version },
    running: { version: '1.4.0' },
    endedWell: [],
    ...over,
  });
  const build = (over: object = {}) => ({ service: 'cart', version: 'build-99', ...over });
  const named = { running: { version: 'build-100' } };
  test.each<[string, PlaceBefore[], boolean]>([
    ['a lower version', [place('1.3.0')], true],
    ['a version that nobody can order, and that was never there', [place('build-101', named)], false],
    [
      'one that nobody can order, and that ended well there',
      [place('build-99', { ...named, endedWell: [build()] })],
      true,
    ],
    ['another one of it', [place('build-101', { ...named, endedWell: [build()] })], false],
    [
      'its name, which another build had there',
      [place('build-99', { build: build({ digest: 'a' }), ...named, endedWell: [build({ digest: 'b' })] })],
      false,
    ],
    [
      'its name, which another commit had there',
      [place('build-99', { build: build({ commit: 'c1' }), ...named, endedWell: [build({ commit: 'c2' })] })],
      false,
    ],
    [
      'its commit in short',
      [
        place('build-99', {
          build: build({ commit: 'c1d2' }),
          ...named,
          endedWell: [build({ commit: 'c1' })],
        }),
      ],
      true,
    ],
    ['where nothing runs', [place('1.3.0', { running: undefined })], false],
    ['one service back and one not', [place('1.3.0'), place('build-101')], false],
    ['nothing', [], false],
  ])('goes back or not: %s', (_, places, goesBack) => {
    expect(goesBackFor(places)).toBe(goesBack);
  });
});
