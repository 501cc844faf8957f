import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CanonicalError, canonicalText } from './canonical.ts';

describe('the canonical text', () => {
  test.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [
      { '\u20ac': 1, '\r': 2, '1': 3, '\u0080': 4, '\ud83d\ude02': 5, '\ufb33': 6 },
      '{"\\r":2,"1":3,"\u0080":4,"\u20ac":1,"\ud83d\ude02":5,"\ufb33":6}',
    ],
    ['\u000f\n"\\/\u20ac', '"\\u000f\\n\\"\\\\/\u20ac"'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
  ])('of %j is that of RFC 8785', (value, text) => {
    expect(canonicalText(value)).toBe(text);
  });

  test.each<[string, unknown, string]>([
    ['a decimal', { facts: { rate: 0.5 } }, 'facts.rate'],
    ['a number that is none', [1, Number.NaN], '[1]'],
    ['infinity', { a: Number.POSITIVE_INFINITY }, 'a'],
    ['an unsafe integer', { a: 2 ** 53 }, 'a'],
    ['minus zero', { a: -0 }, 'a'],
    ['something undefined', { a: { b: undefined } }, 'a.b'],
    ['a hole', { a: [1, , 2] }, 'a[1]'],
    ['a date', { at: new Date(0) }, 'at'],
    ['a map', { a: new Map() }, 'a'],
    ['a function', { a: () => 1 }, 'a'],
    ['a bigint', { a: 1n }, 'a'],
    ['half a character', { a: ['\ud83d'] }, 'a[0]'],
    ['half a character in a name', { '\ude02': 1 }, '\ude02'],
    ['nothing at all', undefined, ''],
  ])('refuses %s and says where', (_, value, path) => {
    expect(() => canonicalText(value)).toThrow(CanonicalError);
    try {
      canonicalText(value);
    } catch (error) {
      expect((error as CanonicalError).path).toBe(path);
    }
  });

  test('refuses a circle instead of running for ever', () => {
    const circle: Record<string, unknown> = {};
    circle['again'] = circle;
    expect(() => canonicalText(circle)).toThrow(/nested deeper than 64/);
  });

  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'grapheme' }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('any')),
    object: fc.dictionary(fc.string(), tie('any'), { noNullPrototype: true }),
  })).any;

  test('survives reading and writing, and does not depend on the order of names', () => {
    const isNegativeZeroFree = (text: unknown) =>
      !JSON.stringify(text, (_, item: unknown) => (Object.is(item, -0) ? '-0' : item)).includes('"-0"');
    fc.assert(
      fc.property(value.filter(isNegativeZeroFree), (any) => {
        const text = canonicalText(any);
        expect(canonicalText(JSON.parse(text))).toBe(text);
        if (any !== null && typeof any === 'object' && !Array.isArray(any)) {
          expect(canonicalText(Object.fromEntries(Object.entries(any).reverse()))).toBe(text);
        }
      }),
    );
  });
});
