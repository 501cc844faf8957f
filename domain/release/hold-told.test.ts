import { expect, test } from '@jest/globals';
import { nothingHeld, pausedAlready } from './hold-told.ts';
import type { HoldView } from './release.ts';

const hold = (by: string, reason: string, over: Partial<HoldView> = {}): HoldView => ({
  ...{ by, reason, kind: 'person', at: '2026-11-26T17:00:00.000Z' },
  ...over,
});
const nameOf = (id: string): string => ({ ben: 'Ben', otto: 'Otto' })[id] ?? id;
const first = hold('ben', 'orders look odd');
const told = (before: HoldView[], after: HoldView[], reason?: string) =>
  pausedAlready({ before, after }, { person: 'ben', reason, nameOf });

test('who pauses it first is told nothing', () => {
  expect(told([], [first], 'orders look odd')).toBeUndefined();
});

test('who pauses it again is told of their first hold, and that the hold keeps its reason and the log has theirs', () => {
  const already =
    /^It is held already, by Ben since .*26 Nov.*: “orders look odd”\. (Nothing has changed|The hold keeps that reason)/;
  expect(told([first], [first], 'carts are lost')).toMatch(already);
  expect(told([first], [first], 'carts are lost')).toContain(
    'the one that you give now stands in the log alone',
  );
  expect(told([first], [first])).toMatch(already);
  expect(told([first], [first], 'orders look odd')).not.toContain('log');
});

test('who pauses what another has paused is told of that, and that both stand', () => {
  const other = hold('otto', 'carts are lost');
  expect(told([other], [other, first], 'orders look odd')).toMatch(
    /^It is held already, by Otto since .*: “carts are lost”\. Your hold stands beside/,
  );
});

test('a hold that is gone by now, or that no person set, is none', () => {
  const later = { ...first, at: '2026-11-26T18:00:00.000Z' };
  expect(told([first], [later])).toBeUndefined();
  const frozen = hold('gantry', 'production is frozen', { kind: 'freeze' });
  expect(told([frozen], [frozen, first])).toBeUndefined();
});

test.each([
  ['what nothing held, with the entry that it was asked', { holds: [], seq: 7 }, { holds: [], seq: 8 }],
  ['the same command once more, which adds no entry', { holds: [], seq: 8 }, { holds: [], seq: 8 }],
])('whoever resumes %s is told so', (_, before, after) => {
  expect(nothingHeld(before, after)).toBe(
    'Nothing held it, so there was nothing to resume. Nothing has changed.',
  );
});

test.each([
  ['what was held', { holds: [first], seq: 7 }, { holds: [], seq: 9 }],
  ['what a freeze holds still', { holds: [], seq: 7 }, { holds: [first], seq: 8 }],
  ['what was held and let go meanwhile', { holds: [], seq: 7 }, { holds: [], seq: 11 }],
])('whoever resumes %s is not', (_, before, after) => {
  expect(nothingHeld(before, after)).toBeUndefined();
});
