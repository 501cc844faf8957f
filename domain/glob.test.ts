import { expect, test } from '@jest/globals';
import { globMatcher } from './glob.ts';

test.each([
  ['{a,b{c,d}}.x', ['a.x', 'bc.x', 'bd.x'], ['b.x', 'c.x', 'a.x.x']],
  ['{a,}b', ['ab', 'b'], ['a', ',b']],
  ['a}{b,c', ['a}b', 'a}c'], ['a}b,c', 'ab']],
  ['a,b?', ['a,bc'], ['a,b', 'a,b/']],
  ['**/x', ['x', 'a/x', 'a/b/x'], ['ax', 'x/']],
  ['a/**/z', ['a/z', 'a/b/c/z'], ['az', 'a/bz']],
  ['🦀?', ['🦀🦀'], ['🦀']],
  ['', [''], ['a']],
  ['.[a]+$', ['.[a]+$'], ['xa']],
])('%s', (pattern, meant, others) => {
  const matches = globMatcher(pattern, { braces: true });
  expect(meant.filter((text) => !matches(text))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

test('braces mean themselves where they are not asked for', () => {
  expect(globMatcher('{a,b}')('{a,b}')).toBe(true);
  expect(globMatcher('{a,b}')('a')).toBe(false);
});

test.each(['*a'.repeat(40) + 'b', '**/'.repeat(40) + 'b', '{a,a}'.repeat(40) + 'b', '{'.repeat(5_000)])(
  'a pattern that is made to be slow, as %.20s, is answered at once',
  (pattern) => {
    const start = performance.now();
    expect(globMatcher(pattern, { braces: true })('a/'.repeat(10) + 'a'.repeat(60))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2_000);
  },
);
