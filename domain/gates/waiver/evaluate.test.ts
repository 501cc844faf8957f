import { describe, expect, test } from '@jest/globals';
import { isWaiverLive, waivedWords, whyNotWaivable, type Waiver, type WaiverOrder } from './evaluate.ts';

const at = '2026-11-26T09:00:00.000Z';
const days = (count: number): string => new Date(Date.parse(at) + count * 86_400_000).toISOString();
const shop = { service: 'shop', version: '1.4.0', digest: 'sha256:a' };
const waiver: Waiver = {
  id: 'wai_1',
  check: 'audit',
  service: 'shop',
  environment: 'production',
  build: 'sha256:a',
  by: 'sam',
  reason: 'known finding, patched at the edge',
  at,
  expiresAt: days(2),
};
const order: WaiverOrder = {
  check: 'audit',
  kind: 'command',
  outcome: 'failed',
  by: 'sam',
  reason: waiver.reason,
  at,
  expiresAt: days(2),
  role: 'release-manager',
  roles: ['security', 'release-manager'],
};

describe('a waiver', () => {
  test('counts until its end, and not at it', () => {
    expect(isWaiverLive(waiver, shop, at)).toBe(true);
    expect(isWaiverLive(waiver, shop, new Date(Date.parse(days(2)) - 1).toISOString())).toBe(true);
    expect(isWaiverLive(waiver, shop, days(2))).toBe(false);
  });

  test('counts no more once it was taken back', () => {
    const revoked = { by: 'ben', at, reason: 'it is used in the wild' };
    expect(isWaiverLive({ ...waiver, revoked }, shop, at)).toBe(false);
  });

  test('is void for another digest', () => {
    expect(isWaiverLive(waiver, { ...shop, digest: 'sha256:b' }, at)).toBe(false);
  });

  test('says that the check failed, and who waived it', () => {
    expect(waivedWords(waiver)).toBe(
      'failed, waived by sam until Sat 28 Nov 09:00 UTC: "known finding, patched at the edge"',
    );
  });
});

describe('giving one', () => {
  test('is for a holder of the role who is not barred, with a reason and an end within 7 days', () => {
    expect(whyNotWaivable(order)).toBeUndefined();
    expect(whyNotWaivable({ ...order, expiresAt: days(7) })).toBeUndefined();
  });

  test.each([
    ['provenance', { check: 'provenance' }, 'can never be waived'],
    ['quarantine', { check: 'quarantine' }, 'can never be waived'],
    ['digest identity', { check: 'digest' }, 'can never be waived'],
    ['the rollback plan', { check: 'rollback plan' }, 'can never be waived'],
    [
      'a rehearsal, which is part of the rollback plan',
      { check: 'undo', kind: 'rehearsal' },
      'can never be waived',
    ],
    ['a check that passed', { outcome: 'passed' }, 'has not failed'],
    ['somebody without the role', { roles: ['qa'] }, 'does not have the role release-manager'],
    ['somebody unknown', { roles: undefined }, 'does not have the role'],
    ['an author', { excluded: 'sam wrote 2 commits' }, 'sam wrote 2 commits. Ask somebody else'],
    [
      'an author, with who may',
      { excluded: 'sam wrote 2 commits', name: 'Sam Okoro', others: ['Ana Lopez', 'Dana Cruz'] },
      'Sam Okoro may not waive a check of this release: sam wrote 2 commits. Ask Ana Lopez or Dana Cruz.',
    ],
    ['somebody without the role, where nobody has it', { roles: [], others: [] }, 'Nobody else has the role'],
    ['a short reason', { reason: '  it is ok ' }, 'has 8 characters'],
    ['an end that is past', { expiresAt: at }, 'over already'],
    ['an end that nobody can read', { expiresAt: 'soon' }, 'over already'],
    ['more than 7 days', { expiresAt: days(7.001) }, 'within 7 days'],
  ])('is refused for %s', (_, over, because) => {
    const { roles, ...rest } = { ...order, ...over };
    expect(whyNotWaivable({ ...rest, ...(roles ? { roles } : {}) })).toContain(because);
  });
});
