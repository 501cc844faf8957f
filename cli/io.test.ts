import { expect, test } from '@jest/globals';
import { stream } from './io.ts';

test.each([
  ['a terminal', { isTTY: true, columns: 120 }, 120],
  ['a terminal that says 0, as some of CI do', { isTTY: true, columns: 0 }, undefined],
  ['a pipe', { isTTY: undefined, columns: undefined }, undefined],
])('%s tells how many columns it has, or that it does not know', (_, { isTTY, columns }, told) => {
  // What Node types as always there is missing on a pipe.
  const target = { isTTY, columns, fd: 1, write: () => true } as unknown as Parameters<typeof stream>[0];
  expect(stream(target).columns).toBe(told);
});
