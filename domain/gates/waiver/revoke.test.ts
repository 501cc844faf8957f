import { expect, test } from '@jest/globals';
import { isPastGates, whyNotRevocable, type RevocationOrder } from './revoke.ts';

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
