import { describe, expect, test } from '@jest/globals';
import { isFresh, levelOf, requireLevel } from './level.ts';

const now = new Date('2026-06-02T09:00:00.000Z');
const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString();
const oidc = (ms: number) => ({ method: 'oidc' as const, authenticatedAt: ago(ms) });

describe('a decision', () => {
  test.each([
    ['of nobody with a session', undefined, 'reviewed', 'link'],
    ['of a one-time link', { method: 'link' }, 'reviewed', 'link'],
    ['of a one-time link that says when', { method: 'link', authenticatedAt: ago(0) }, 'reviewed', 'link'],
    ['of an old sign-in', oidc(300_000), 'reviewed', 'login'],
    ['of a sign-in that never said when', { method: 'oidc' }, 'reviewed', 'login'],
    ['of a fresh sign-in without a meaning', oidc(0), undefined, 'login'],
    ['of a fresh sign-in with one', oidc(299_999), 'approved', 'reauth'],
    ['of a sign-in in the future', oidc(-1), 'approved', 'login'],
  ] as const)('%s', (_, session, meaning, level) => {
    expect(levelOf(session, meaning, now)).toBe(level);
  });

  test('below the level that is asked for is refused with both in words', () => {
    expect(() => requireLevel('link', 'login')).toThrow(/a sign-in at the provider.*a link, a token/);
    expect(() => requireLevel('reauth', 'login')).not.toThrow();
  });

  test('is fresh for five minutes', () => {
    expect([0, 299_999, 300_000].map((ms) => isFresh(oidc(ms), now))).toEqual([true, true, false]);
  });
});
