import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/contract.ts';

/** Rows and quick reads: idempotent, and nothing goes on without them, so they are repeated without limit, at most 10 s apart. */
export const record = proxyLocalActivities<Activities>({
  startToCloseTimeout: '10s',
  localRetryThreshold: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
});

/** Reads that may take longer, such as a first clone: repeated at will; a lasting doubt surfaces after five minutes. */
export const reads = proxyActivities<Activities>({
  startToCloseTimeout: '5m',
  scheduleToCloseTimeout: '5m',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

/** Mail: keyed, so that repeating is harmless; given up after a day and a half, and the failure stands on the timeline. */
export const notices = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '36h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

/** Mail after which nothing happens any more: one attempt beside the last rows, so that the end waits for no further task. */
export const lastNotices = proxyLocalActivities<Pick<Activities, 'sendNotices'>>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 1 },
});

/** One try of what usually answers within a moment; what it does not tell is asked by an ordinary activity. */
export const glances = proxyLocalActivities<Pick<Activities, 'makeQuickChecks'>>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 1 },
});

/** A look at what runs: repeated at will; what cannot be told after that is unknown. */
export const looks = proxyActivities<Activities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '20s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { initialInterval: '1s', maximumAttempts: 3 },
});

/** Checks: a red check is an answer, so attempts are for crashes only. `minutes` bounds all attempts inside one run. */
export const checks = (minutes: number) =>
  proxyActivities<Activities>({
    startToCloseTimeout: `${minutes}m`,
    heartbeatTimeout: '20s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', maximumAttempts: 5 },
  });

/** Deploy, undo, analysis: a time-out means "unknown", so the adapter looks before it acts again, under the same key. */
export const changes = (minutes: number) =>
  proxyActivities<Activities>({
    startToCloseTimeout: `${minutes}m`,
    heartbeatTimeout: '20s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', maximumAttempts: 10 },
  });
