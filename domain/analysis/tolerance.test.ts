import { expect, test } from '@jest/globals';
import { shortNumber } from './tolerance.ts';

test.each([
  [123_456, '123456'],
  [14.400_000_1, '14.4'],
  [0.012_345_6, '0.01235'],
  [123_456.7, '123500'],
])('%p is told as %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
