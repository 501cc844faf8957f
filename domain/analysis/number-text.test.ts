import { expect, test } from '@jest/globals';
import { numberText, valueText } from './number-text.ts';

test.each([
  [0, '0'],
  [0.012_345_6, '0.01235'],
  [0.1 + 0.2, '0.3'],
  [12_345.678, '12346'],
  [-3.5, '-3.5'],
  [0.000_012_34, '1.23e-5'],
  [1.5e9, '1.50e+9'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
])('%p is shown as %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

test.each([
  [0.1 + 0.2, '0.3'],
  [null, 'no data'],
  [undefined, 'no data'],
])('a value of %p reads %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});
