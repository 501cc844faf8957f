import { expect, test } from '@jest/globals';
import { nothingHeld } from './nothing-held.ts';

const hold = {
  by: 'olga',
  reason: 'orders look odd',
  kind: 'person',
  at: '2026-06-01T09:00:00.000Z',
} as const;

test.each([
  ['what nothing held, with the entry that it was asked', { holds: [], seq: 7 }, { holds: [], seq: 8 }],
  ['the same command once more, which adds no entry', { holds: [], seq: 8 }, { holds: [], seq: 8 }],
])('whoever resumes %s is told so', (_, before, after) => {
  expect(nothingHeld(before, after)).toBe(
    'Nothing held it, so there was nothing to resume. Nothing has changed.',
  );
});

test.each([
  ['what was held', { holds: [hold], seq: 7 }, { holds: [], seq: 9 }],
  ['what a freeze holds still', { holds: [], seq: 7 }, { holds: [hold], seq: 8 }],
  ['what was held and let go meanwhile', { holds: [], seq: 7 }, { holds: [], seq: 11 }],
])('whoever resumes %s is not', (_, before, after) => {
  expect(nothingHeld(before, after)).toBeUndefined();
});
