import { expect, test } from '@jest/globals';
import { waitingCycle } from './cycle.ts';

const waits = (...pairs: [string, string][]): Map<string, string[]> => {
  const all = new Map<string, string[]>();
  for (const [one, other] of pairs) all.set(one, [...(all.get(one) ?? []), other]);
  return all;
};

test.each([
  ['nobody', waits(), undefined],
  ['a chain', waits(['a', 'b'], ['b', 'c']), undefined],
  ['itself', waits(['a', 'a']), ['a', 'a']],
  ['each other', waits(['a', 'b'], ['b', 'a']), ['a', 'b', 'a']],
  ['a circle', waits(['a', 'b'], ['b', 'c'], ['c', 'a']), ['a', 'b', 'c', 'a']],
  [
    'two ways round, of which the shorter one is shown',
    waits(['a', 'b'], ['b', 'c'], ['c', 'a'], ['a', 'd'], ['d', 'a']),
    ['a', 'd', 'a'],
  ],
  ['a circle of others', waits(['a', 'b'], ['b', 'c'], ['c', 'b']), undefined],
  ['a diamond', waits(['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']), undefined],
])('waiting for %s', (_what, map, way) => {
  expect(waitingCycle('a', map)).toEqual(way);
});

test('a chain of ten thousand is walked without exhausting the stack', () => {
  const chain = waits(...Array.from({ length: 10_000 }, (_, i): [string, string] => [`${i}`, `${i + 1}`]));
  expect(waitingCycle('0', chain)).toBeUndefined();
});
