import { describe, expect, test } from '@jest/globals';
import { returnPath } from './return-path.ts';

const publicUrl = 'https://gantry.acme.test';

describe('after signing in', () => {
  test.each(['/', '/a/v1.k7.abc.def', '/releases/rel_1?x=1&y=a%20b', '/calendar?month=2026-06'])(
    '%s is shown again',
    (path) => {
      expect(returnPath(path, publicUrl)).toBe(path);
    },
  );

  test.each([
    ['nothing', undefined],
    ['two of them', ['/a', '/b']],
    ['another site', 'https://evil.test/'],
    ['another site without its protocol', '//evil.test'],
    ['a backslash', '/\\evil.test'],
    ['a backslash later', '/a\\..\\..\\\\evil.test'],
    ['a tab between the slashes', '/\t/evil.test'],
    ['a line break', '/\n/evil.test'],
    ['a leading blank', ' //evil.test'],
    ['dots that leave two slashes', '/..//evil.test'],
    ['dots and a segment', '/a/..//evil.test'],
    ['encoded dots', '/%2e%2e//evil.test'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a user before the host', '@evil.test'],
    ['signing out', '/sign-out'],
    ['the way back of another sign-in', '/sign-in/oidc/callback?code=x'],
    ['a letter of another alphabet', '/\u3002evil'],
    ['a very long one', `/${'a'.repeat(1_000)}`],
  ])('%s becomes the first page', (_, wanted) => {
    expect(returnPath(wanted, publicUrl)).toBe('/');
  });
});
