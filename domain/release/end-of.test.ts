import { expect, test } from '@jest/globals';
import { endOf, type Leaving, type Taken } from './end-of.ts';

const before: Taken = { hasStarted: false, compensated: 0, left: 0 };
const undone = (compensated: number, left = 0): Taken => ({ hasStarted: true, compensated, left });

test.each<[string, Leaving, Taken, string, string]>([
  ['S1: nobody votes', { kind: 'expired' }, before, 'expired', 'none'],
  ['S2: a person with authority says no', { kind: 'rejected' }, before, 'rejected', 'none'],
  ['S3: no opening before startBy', { kind: 'expired' }, before, 'expired', 'none'],
  ['S4: the owner withdraws while gating', { kind: 'abort' }, before, 'cancelled', 'none'],
  ['S5: analysis fails, all compensated', { kind: 'rollBack' }, undone(1), 'rolledBack', 'restored'],
  ['S6: one undo fails, a person leaves it', { kind: 'rollBack' }, undone(1, 2), 'failed', 'partial'],
  ['S7: abort at 50 %, compensated', { kind: 'abort' }, undone(1), 'aborted', 'restored'],
  ['S7: abort at 50 %, left', { kind: 'abort', leave: true }, undone(0), 'aborted', 'left'],
  ['S9: a later stage is rejected', { kind: 'rejected' }, before, 'rejected', 'none'],
  ['a failure without a way back', { kind: 'failed', leave: true }, undone(0), 'failed', 'left'],
  ['an analysis that fails without one', { kind: 'rollBack', leave: true }, undone(0), 'failed', 'left'],
  ['S10: the first step could not start', { kind: 'failed' }, undone(0), 'failed', 'none'],
  ['a newer version takes its place', { kind: 'superseded' }, before, 'superseded', 'none'],
  ['an abort whose undo is left', { kind: 'abort' }, undone(1, 1), 'aborted', 'partial'],
  ['an abort of what was never exposed', { kind: 'abort' }, undone(0), 'aborted', 'none'],
  ['a plan that was refused', { kind: 'refused' }, before, 'failed', 'none'],
])('%s', (_, stop, taken, state, residue) => {
  expect(endOf(stop, taken)).toEqual({ state, residue });
});
