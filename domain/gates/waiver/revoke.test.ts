import { expect, test } from '@jest/globals';
import type { Waiver } from './evaluate.ts';
import {
  isPastGates,
  whyNotRevocable,
  withRevocations,
  type Revocation,
  type RevocationOrder,
} from './revoke.ts';

const order: RevocationOrder = {
  ...{ check: 'audit', environment: 'production', isWaived: true, by: 'sam' },
  ...{ reason: 'it is used in the wild', role: 'release-manager', roles: ['release-manager'] },
};

test('whoever may give a waiver may take it back, with a reason, while it is in force', () => {
  expect(whyNotRevocable(order)).toBeUndefined();
});

test.each([
  ['nothing is waived', { isWaived: false }, 'No waiver of check audit is in force for production'],
  ['the role is missing', { roles: ['qa'] }, 'sam does not have the role release-manager'],
  ['nobody knows who asks', { roles: undefined }, 'sam does not have the role release-manager'],
  ['who asks is barred', { excluded: 'sam wrote 2 commits' }, 'sam wrote 2 commits. Ask somebody else'],
  ['the reason says nothing', { reason: ' bad      ' }, 'The reason has 3 characters, and needs 10.'],
])('it stays where %s', (_, over, because) => {
  expect(whyNotRevocable({ ...order, ...over } as RevocationOrder)).toContain(because);
});

test.each([
  ['pending', false],
  ['gating', false],
  ['ready', false],
  ['deploying', true],
  ['finished', true],
] as const)('a stage that is %s is past its gates: %s', (state, isPast) => {
  expect(isPastGates({ state })).toBe(isPast);
});

const waiver = (id: string, minute: number, over: Partial<Waiver> = {}): Waiver => ({
  ...{ id, check: 'audit', service: 'shop', environment: 'production', build: 'shop@1.4.0', by: 'sam' },
  ...{
    reason: 'known finding',
    at: `2026-11-26T10:0${minute}:00.000Z`,
    expiresAt: '2026-11-28T10:00:00.000Z',
  },
  ...over,
});
const back = (minute: number): Revocation => ({
  ...{ by: 'ana', reason: 'used in the wild', at: `2026-11-26T10:0${minute}:00.000Z` },
});

test.each([
  ['one that was taken back, and a second', [waiver('a', 0), waiver('b', 5)], { a: back(3) }, [3, undefined]],
  ['both, each by its own', [waiver('a', 0), waiver('b', 5)], { a: back(3), b: back(7) }, [3, 7]],
  ['one that a second click had replaced', [waiver('a', 0), waiver('b', 1)], { b: back(3) }, [3, 3]],
  [
    'not one of another check',
    [waiver('a', 0, { check: 'e2e' }), waiver('b', 1)],
    { b: back(3) },
    [undefined, 3],
  ],
  [
    'not one of another build',
    [waiver('a', 0, { build: 'x' }), waiver('b', 1)],
    { b: back(3) },
    [undefined, 3],
  ],
] as const)('a revocation ends %s', (_, waivers, revocations, expected) => {
  const ended = withRevocations(waivers, new Map(Object.entries(revocations)));
  expect(ended.map(({ revoked }) => revoked?.at)).toEqual(
    expected.map((minute) => (minute === undefined ? undefined : back(minute).at)),
  );
});
