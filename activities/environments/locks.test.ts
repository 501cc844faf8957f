import { afterEach, expect, jest, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { EnvironmentLocks } from '../../domain/gates/lock/environment-locks.ts';
import type { LockRows } from './lock-rows.ts';
import { createLocks } from './locks.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const request = {
  ...{ owner: 'release/shop/1.4.0', releaseId: 'rel_1', title: 'shop 1.4.0' },
  ...{ keys: ['*'], classRank: 2, requestedAt: '2026-06-01T09:00:00.000Z' },
};

test.each([
  ['at once', 100, 1],
  ['longer than the attempt lasts', 9_500, 0],
])('taking an environment over %s grants nothing that nobody would hear of', async (_, tookMs, granted) => {
  let clock = 1_000;
  jest.spyOn(performance, 'now').mockImplementation(() => clock);
  let locks: EnvironmentLocks | undefined;
  const rows: LockRows = {
    change: async (_environment, work) => (locks === undefined ? 'keptByWorkflow' : (locks = work(locks))),
    takeOver: async () => {
      clock += tookMs;
      locks = { holders: [], queue: [], fence: 0 };
      return true;
    },
    beside: async () => undefined,
  };
  const { enqueueLock } = createLocks({} as Client, { rows });
  const answer = await enqueueLock({ environment: 'production', request }).then(
    ({ grant }) => grant,
    (error: Error) => error.message,
  );
  expect(answer).toEqual(
    granted === 1 ? { environment: 'production', fence: 1 } : 'This attempt is over; another asks by now.',
  );
  expect(locks?.holders).toHaveLength(granted);
});
