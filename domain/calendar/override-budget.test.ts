import { expect, test } from '@jest/globals';
import { budgetOf, overrideBudget } from './override-budget.ts';

const now = '2026-11-30T12:00:00.000Z';
const given = (...instants: string[]) =>
  instants.map((givenAt) => ({ givenAt, releaseId: 'rel_1', freezeId: 'black-friday' }));
const budget = (...instants: string[]) => overrideBudget({ team: 'web', given: given(...instants), now });

test.each<[string, string[], object]>([
  ['none', [], { spent: 0, left: 2, needsSecond: false }],
  ['one', ['2026-11-20T12:00:00.000Z'], { spent: 1, left: 1, needsSecond: false }],
  ['two', ['2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z'], { spent: 2, left: 0, needsSecond: true }],
  [
    'two, one of them 30 days ago to the millisecond',
    ['2026-10-31T12:00:00.000Z', '2026-11-21T12:00:00.000Z'],
    { spent: 1, left: 1, needsSecond: false },
  ],
  [
    'two, one of them a millisecond younger than 30 days',
    ['2026-10-31T12:00:00.001Z', '2026-11-21T12:00:00.000Z'],
    { spent: 2, left: 0, needsSecond: true, nextFreeAt: '2026-11-30T12:00:00.001Z' },
  ],
  [
    'three: the second has to grow old',
    ['2026-11-10T12:00:00.000Z', '2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z'],
    { spent: 3, left: 0, needsSecond: true, nextFreeAt: '2026-12-20T12:00:00.000Z' },
  ],
  ['one whose clock was ahead of ours', ['2026-12-01T12:00:00.000Z'], { spent: 1, left: 1 }],
])('a budget with %s', (_, instants, expected) => {
  expect(budget(...instants)).toMatchObject(expected);
});

test('a spent budget says what it went to and who has to agree', () => {
  expect(budget('2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z').because).toBe(
    'Team web gave 2 overrides in 30 days, of black-friday: one more needs the agreement of a release manager.',
  );
});

test('a budget of which nothing was taken has no date at which it grows', () => {
  expect(budget()).not.toHaveProperty('nextFreeAt');
});

test.each([
  [{ id: 'ana', team: 'web' }, 'Team web gave 0 of 2 overrides in 30 days.'],
  [{ id: 'ana' }, 'ana gave 0 of 2 overrides in 30 days.'],
])('the budget of %j is named after the team, else after the person', (person, words) => {
  expect(overrideBudget({ team: budgetOf(person), given: [], now }).because).toBe(words);
});
