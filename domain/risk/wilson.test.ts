import { expect, test } from '@jest/globals';
import { wilson } from './wilson.ts';

const percent = (share: number): number => Math.round(share * 1000) / 10;

test.each([
  [3, 40, 7.5, 2.6, 19.9],
  [0, 10, 0, 0, 27.8],
  [10, 10, 100, 72.2, 100],
])('%s of %s: %s %%, between %s and %s %%', (failed, n, share, low, high) => {
  const found = wilson(failed, n)!;
  expect([found.share, found.low, found.high].map(percent)).toEqual([share, low, high]);
});

test('of nothing there is no share', () => {
  expect(wilson(0, 0)).toBeUndefined();
});
