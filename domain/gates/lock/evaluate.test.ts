import { expect, test } from '@jest/globals';
import { evaluateLock } from './evaluate.ts';

const facts = { environment: 'production', keys: ['shop'], granted: false };
const holder = { title: 'payments 2.1.0', since: '2026-11-26T09:12:00.000Z' };

test.each([
  ['opens when granted', { ...facts, granted: true }, 'allowed', 'production is reserved for this release.'],
  [
    'names the holder',
    { ...facts, holder, position: 2 },
    'waiting',
    'Waits for payments 2.1.0 on production, there since 09:12 UTC, number 2 in the queue.',
  ],
  ['says that it has not been asked for', facts, 'waiting', 'Is asked for when all other gates allow.'],
  [
    'waits while the holder is not known',
    { ...facts, position: 1 },
    'waiting',
    'Waits for its turn on production (shop), number 1 in the queue.',
  ],
  [
    'speaks of the whole environment',
    { ...facts, keys: ['*'], position: 1 },
    'waiting',
    'Waits for its turn on production, number 1 in the queue.',
  ],
])('the lock gate %s', (_, lock, kind, because) => {
  expect(evaluateLock(lock)).toEqual({ kind, because });
});
