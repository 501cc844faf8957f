import { expect, test } from '@jest/globals';
import { pausedAlready } from './paused-already.ts';
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

test('who pauses it again is told of their first hold, and that another reason is not recorded', () => {
  const already = /^It is paused already, by Ben since .*26 Nov.*: “orders look odd”\. Nothing has changed/;
  expect(told([first], [first], 'carts are lost')).toMatch(already);
  expect(told([first], [first], 'carts are lost')).toContain('the reason that you give now is not recorded');
  expect(told([first], [first])).toMatch(already);
  expect(told([first], [first], 'orders look odd')).not.toContain('not recorded');
});

test('who pauses what another has paused is told of that, and that both stand', () => {
  const other = hold('otto', 'carts are lost');
  expect(told([other], [other, first], 'orders look odd')).toMatch(
    /^It is paused already, by Otto since .*: “carts are lost”\. Your hold stands beside/,
  );
});

test('a hold that is gone by now, or that no person set, is none', () => {
  const later = { ...first, at: '2026-11-26T18:00:00.000Z' };
  expect(told([first], [later])).toBeUndefined();
  const frozen = hold('gantry', 'production is frozen', { kind: 'freeze' });
  expect(told([frozen], [frozen, first])).toBeUndefined();
});
