import { describe, expect, test } from '@jest/globals';
import { refuseHostileShape } from './body.ts';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('the shape of a body', () => {
  test.each([[nested(20)], [{ a: { b: [1, 'x', null] } }], ['text'], [undefined]])(
    'is accepted up to 20 levels',
    (body) => {
      expect(() => refuseHostileShape(body)).not.toThrow();
    },
  );

  test.each(['a\\u0000b', '\\ud800'])(
    'is refused with the text "%s", which the record cannot keep',
    (text) => {
      expect(() => refuseHostileShape(JSON.parse(`{"a":["${text}"]}`))).toThrow(/no text/);
    },
  );

  test.each([21, 100_000])('is refused at %s levels', (depth) => {
    expect(() => refuseHostileShape(nested(depth))).toThrow(/levels/);
  });

  test.each(['{"__proto__":{"admin":true}}', '{"a":[{"constructor":1}]}', '{"prototype":1}'])(
    'is refused with the key in %s',
    (text) => {
      expect(() => refuseHostileShape(JSON.parse(text))).toThrow(/key/);
    },
  );
});
