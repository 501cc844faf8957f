import { describe, expect, test } from '@jest/globals';
import { newAccessToken, readAccessToken } from './access-token.ts';

describe('an access token', () => {
  test('is read back with its id and the hash that the record keeps', () => {
    const made = newAccessToken();
    expect(readAccessToken(made.text)).toEqual({ id: made.id, hash: made.hash });
    expect(made.text).toMatch(/^gantry_[0-9a-f]{16}_/);
  });

  test('is never the same twice', () => {
    expect(newAccessToken().text).not.toBe(newAccessToken().text);
  });

  test('with any one character changed is refused without asking anybody', () => {
    const { text } = newAccessToken();
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === '0' ? '1' : '0';
      expect(readAccessToken(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
    }
  });

  test.each(['', 'gantry_', 'Bearer x', `${'a'.repeat(100_000)}`])('is not what "%.20s" is', (text) => {
    expect(readAccessToken(text)).toBeUndefined();
  });
});
