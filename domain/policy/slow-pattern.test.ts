import { expect, test } from '@jest/globals';
import { whySlow } from './slow-pattern.ts';

test.each([
  '^rc',
  '^(alpha|beta|rc)$',
  String.raw`^(alpha|beta)\.\d+(\.\d+)?$`,
  String.raw`^rc(\.\d+)*$`,
  String.raw`^(?:rc|beta)(?:\.[0-9A-Za-z]+)+$`,
  '^[a-z(]+$',
])('%s stays as it is', (pattern) => {
  expect(whySlow(pattern)).toBeUndefined();
});

test.each([
  ['^(a+)+$', 'repeats or chooses in itself'],
  ['^((a)*b?)*$', 'repeats or chooses in itself'],
  ['^(a|a){30}$', 'repeats or chooses in itself'],
  ['^(a|aa)+$', 'repeats or chooses in itself'],
  [String.raw`^(.\d+)*$`, 'repeats or chooses in itself'],
  ['a*a*a*a*b', '4 of them without end'],
  ['a?'.repeat(20) + 'a'.repeat(20), 'repeats 20 times'],
  [String.raw`^(a)\1$`, 'back or ahead'],
  ['(?=a)a', 'back or ahead'],
  ['a'.repeat(101), '101 characters'],
])('%s is refused: %s', (pattern, because) => {
  expect(whySlow(pattern)).toContain(because);
});
