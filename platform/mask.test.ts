import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMask } from './mask.ts';

const secret = 'pa ss/"wörd"+42';
const mask = createMask({ TOKEN: secret, OTHER: 'tail+42xyz' });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a mask', () => {
  test.each([
    ['as it stands', secret],
    ['JSON-escaped', JSON.stringify(secret)],
    ['URL-encoded', `?t=${encodeURIComponent(secret)}&x=1`],
    [
      'URL-encoded with lower-case digits',
      encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase()),
    ],
    ['form-encoded', encodeURIComponent(secret).replaceAll('%20', '+')],
    ['base64', base64(secret)],
    ['base64 behind a user name', base64(`user:${secret}`)],
    ['base64 at the third position', base64(`xx${secret}yy`)],
    ['base64url', Buffer.from(`ab${secret}`).toString('base64url')],
  ])('hides a secret %s', (_, text) => {
    const shown = mask(`before ${text} after`);
    expect(shown).toMatch(/^before .*\*\*\*.* after$/s);
    expect(shown.length).toBeLessThan(text.length + 14);
    for (const form of [secret, base64(secret).slice(0, -4), encodeURIComponent(secret)])
      expect(shown).not.toContain(form);
  });

  test('leaves other text as it is', () => {
    expect(mask('nothing to see here')).toBe('nothing to see here');
  });

  test('hides both of two secrets that overlap', () => {
    const both = createMask({ A: 'abcdefgh', B: 'efghijkl' });
    expect(both('<abcdefghijkl>')).toBe('<***>');
  });

  test('hides a secret wherever the text is cut into pieces', () => {
    const pieces = fc.array(fc.nat({ max: 60 }), { maxLength: 6 });
    const text = `aa ${secret} bb ${base64(secret)} cc ${secret}${secret} dd`;
    fc.assert(
      fc.property(pieces, (cuts) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const stream = mask.stream();
        const shown = at.slice(1).map((to, index) => stream.push(text.slice(at[index], to)));
        return [...shown, stream.end()].join('') === mask(text);
      }),
    );
  });

  test('gives one mask for a long run of overlapping secrets in pieces', () => {
    const stream = createMask({ A: 'aaaaaaaa' }).stream();
    const shown = Array.from({ length: 50 }, () => stream.push('aaaaa')).join('') + stream.end();
    expect(shown).toBe('***');
  });

  test('refuses a secret of fewer than 8 characters', () => {
    expect(() => createMask({ PIN: '1234567' })).toThrow(
      expect.objectContaining({ code: 'SECRET_TOO_SHORT' }),
    );
  });
});
