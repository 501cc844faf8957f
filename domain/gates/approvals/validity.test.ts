import { expect, test } from '@jest/globals';
import { validUntil } from './validity.ts';

const closedAt = '2026-11-26T10:00:00.000Z';

test.each([
  ['a week', undefined, '2026-12-03T10:00:00.000Z'],
  ['no longer than the start that it was given for', '2026-11-27T08:00:00Z', '2026-11-27T08:00:00.000Z'],
  ['a week, where the start is later', '2026-12-27T08:00:00Z', '2026-12-03T10:00:00.000Z'],
])('an approval holds for %s', (_, startBy, until) => {
  expect(validUntil(closedAt, startBy)).toBe(until);
});
