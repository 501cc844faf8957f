import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linkForLog, personHash, readLink, signLink, type LinkClaim } from './links.ts';
import type { Secrets } from './secrets.ts';

function someSecrets(kids = ['k1'], master = 'a master secret of a test'): Secrets {
  return {
    key: (purpose, kid = kids[0]!) => createHmac('sha256', master).update(`${purpose}/${kid}`).digest(),
    currentKid: kids[0]!,
    kids,
  };
}

const claim = (over: Partial<LinkClaim> = {}): LinkClaim => ({
  purpose: 'approval',
  jti: randomBytes(16).toString('hex'),
  requestId: randomUUID(),
  person: 'ana',
  expiresAt: '2026-11-26T16:00:00.000Z',
  ...over,
});

describe('a link', () => {
  const secrets = someSecrets();

  test('says what it was signed for', () => {
    const signed = claim();
    expect(readLink(secrets, 'approval', signLink(secrets, signed))).toEqual({
      jti: signed.jti,
      requestId: signed.requestId,
      personHash: personHash('ana'),
      expiresAt: signed.expiresAt,
    });
  });

  test('has the published shape', () => {
    expect(signLink(secrets, claim())).toMatch(/^v1\.k1\.[A-Za-z0-9_-]{72}\.[A-Za-z0-9_-]{43}$/);
  });

  test('of one purpose does not pass for another', () => {
    expect(readLink(secrets, 'withdraw', signLink(secrets, claim()))).toBeUndefined();
    expect(readLink(secrets, 'approval', signLink(secrets, claim({ purpose: 'withdraw' })))).toBeUndefined();
  });

  test('of another installation is unknown', () => {
    expect(
      readLink(someSecrets(['k1'], 'another master secret'), 'approval', signLink(secrets, claim())),
    ).toBeUndefined();
  });

  test('signed with the previous key still works, with a dropped one it does not', () => {
    const old = signLink(secrets, claim());
    expect(readLink(someSecrets(['k2', 'k1']), 'approval', old)).toBeDefined();
    expect(readLink(someSecrets(['k3', 'k2']), 'approval', old)).toBeUndefined();
  });

  test('cannot be made from a malformed id', () => {
    expect(() => signLink(secrets, claim({ jti: 'short' }))).toThrow(RangeError);
    expect(() => signLink(secrets, claim({ expiresAt: 'never' }))).toThrow(RangeError);
  });

  test('shows only the beginning of its id in logs', () => {
    expect(linkForLog('0123456789abcdef0123456789abcdef')).toBe('/a/01234567');
  });
});

describe('a changed token', () => {
  const secrets = someSecrets();
  const token = signLink(secrets, claim());
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

  test('with any other character at any one place is refused', () => {
    const accepted: string[] = [];
    for (let at = 0; at < token.length; at += 1) {
      for (const character of `${alphabet}.=+/!\n`) {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        if (changed !== token && readLink(secrets, 'approval', changed)) accepted.push(changed);
      }
    }
    expect(accepted).toEqual([]);
  });

  test('in 10,000 random ways is refused', () => {
    const changes = fc.tuple(
      fc.constantFrom('replace', 'insert', 'remove', 'swap', 'append'),
      fc.nat(token.length - 1),
      fc.nat(token.length - 1),
      fc.string({ minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(changes, ([kind, at, other, text]) => {
        const changed = change(token, kind, at, other, text);
        fc.pre(changed !== token);
        expect(readLink(secrets, 'approval', changed)).toBeUndefined();
      }),
      { numRuns: 10_000 },
    );
  });
});

function change(token: string, kind: string, at: number, other: number, text: string): string {
  const characters = [...token];
  switch (kind) {
    case 'replace':
      characters.splice(at, text.length, ...text);
      break;
    case 'insert':
      characters.splice(at, 0, ...text);
      break;
    case 'remove':
      characters.splice(at, text.length);
      break;
    case 'swap':
      [characters[at], characters[other]] = [characters[other]!, characters[at]!];
      break;
    default:
      characters.push(...text);
  }
  return characters.join('');
}
