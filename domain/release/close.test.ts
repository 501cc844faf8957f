import { expect, test } from '@jest/globals';
import { whyNotClosed, type RecordedOrder } from './close.ts';
import type { RunOfOrder } from './run-of-order.ts';

const order = { releaseId: 'rel_1', createdAt: '2026-06-01T09:00:00.000Z' };
const recorded: RecordedOrder = { order, title: 'shop 1.4.0', state: 'gating', isStarted: true };
const another = { ...order, releaseId: 'rel_2' };
const givenAgain = { ...order, createdAt: '2026-05-01T09:00:00.000Z' };

test.each<[string, RecordedOrder, RunOfOrder]>([
  ['Temporal has no workflow of it', recorded, { kind: 'missing' }],
  ['another release runs under its name', recorded, { kind: 'running', order: another }],
  ['an order of the same id ran there before', recorded, { kind: 'ended', order: givenAgain }],
  ['it can never be started', { ...recorded, isStarted: false }, { kind: 'running', order: another }],
])('a release may be closed in the record where %s', (_, release, run) => {
  expect(whyNotClosed(release, run)).toBeUndefined();
});

test.each<[string, RecordedOrder, RunOfOrder, string]>([
  ['runs', recorded, { kind: 'running', order }, 'CLOSE_REFUSED'],
  ['has ended in Temporal', recorded, { kind: 'ended', order }, 'CLOSE_REFUSED'],
  [
    'runs before the record knows it',
    { ...recorded, isStarted: false },
    { kind: 'running', order },
    'CLOSE_REFUSED',
  ],
  ['may be a run of which nobody can tell', recorded, { kind: 'running' }, 'CLOSE_REFUSED'],
  ['may be one that ended, of which nobody can tell', recorded, { kind: 'ended' }, 'CLOSE_REFUSED'],
  ['is about to be started', { ...recorded, isStarted: false }, { kind: 'missing' }, 'RELEASE_NOT_STARTED'],
  ['has ended in the record', { ...recorded, state: 'aborted' }, { kind: 'missing' }, 'RELEASE_ENDED'],
])('a release may not be closed in the record where it %s', (_, release, run, code) => {
  expect(whyNotClosed(release, run)?.code).toBe(code);
});
