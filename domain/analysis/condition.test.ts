import { describe, expect, test } from '@jest/globals';
import { parseCondition } from './condition.ts';

function read(text: string): (value: number) => boolean {
  const condition = parseCondition(text);
  if (!condition.ok) throw new Error(condition.detail);
  return condition.test;
}

describe('a condition', () => {
  test.each([
    ['value > 0.02', 0.02, false],
    ['value > 0.02', 0.021, true],
    ['value >= 0.02', 0.02, true],
    ['value < -1.5e-3', -0.002, true],
    ['value <= 3', 3, true],
    ['value == 0', -0, true],
    ['value != 0', 0, false],
    ['value>1&&value<2', 1.5, true],
    ['value < 1 || value > 2', 1.5, false],
    ['value > 1', Number.POSITIVE_INFINITY, true],
    ['value < 1', Number.NEGATIVE_INFINITY, true],
    ['value == 1 || value == 2 && value > 5', 1, true],
    ['(value == 1 || value == 2) && value > 5', 1, false],
    ['((value >= .5))', 0.5, true],
  ])('"%s" of %d is %s', (text, value, answer) => {
    expect(read(text)(value)).toBe(answer);
  });

  test.each([
    ['', 'ends where "value" or "(" was expected'],
    ['value', 'ends where one of < <= > >= == != was expected'],
    ['value >', 'ends where a number was expected'],
    ['value > 0.02.1', 'has ".1" at position 13'],
    ['value > result', 'has "result" at position 9 where a number was expected'],
    ['value = 1', 'has "=" at position 7 where one of'],
    ['0.02 < value', 'has "0.02" at position 1 where "value"'],
    ['value > 1 and value < 2', 'has "and" at position 11'],
    ['(value > 1', 'ends where ")" was expected'],
    ['value > 1)', 'has ")" at position 10'],
    ['value > 1e999', 'has "1e999" at position 9 where a number'],
    ['process.exit()', 'has "process" at position 1'],
    ['value constructor 1', 'has "constructor" at position 7'],
  ])('"%s" is refused, with the place', (text, detail) => {
    const condition = parseCondition(text);
    expect(condition.ok).toBe(false);
    expect(condition).toMatchObject({ detail: expect.stringContaining(detail) });
  });

  test('longer than anybody writes is refused unread', () => {
    expect(parseCondition('('.repeat(400))).toEqual({ ok: false, detail: 'is longer than 300 characters' });
  });

  test('is shown with even spaces', () => {
    expect(parseCondition('( value>1&&value <2 )||value== 7')).toMatchObject({
      text: '(value > 1 && value < 2) || value == 7',
    });
  });
});
