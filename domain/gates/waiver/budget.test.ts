import { expect, test } from '@jest/globals';
import { waiverBudget } from './budget.ts';

const now = '2026-11-26T12:00:00.000Z';
const ago = (days: number): string => new Date(Date.parse(now) - days * 86_400_000).toISOString();

test.each([
  ['none', [], 0, 5, false],
  ['those of 30 days, half-open', [ago(30), ago(29.999), ago(0)], 2, 3, false],
  ['not those of the future', [ago(-1)], 0, 5, false],
  ['five are allowed', [1, 2, 3, 4, 5].map(ago), 5, 0, false],
  ['a sixth stands out', [1, 2, 3, 4, 5, 6].map(ago), 6, 0, true],
])('counts %s', (_, given, spent, left, isOver) => {
  expect(waiverBudget('core', given, now)).toMatchObject({ spent, size: 5, left, isOver });
});

test('says it in a sentence', () => {
  expect(waiverBudget('core', [ago(1)], now).because).toBe('core gave 1 of 5 waivers in 30 days.');
});
