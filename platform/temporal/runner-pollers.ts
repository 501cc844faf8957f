import type { Connection } from '@temporalio/client';
import { runnerQueue } from '../../domain/rollout/runner-queue.ts';
import { within } from './connect.ts';

const CALL_LIMIT_MS = 5000;
type Question = Parameters<Connection['workflowService']['describeTaskQueue']>[0];
/** TASK_QUEUE_TYPE_ACTIVITY: the SDK does not export its enums. */
const activities = 2 as NonNullable<Question['taskQueueType']>;

/** When a worker asked for the work of this runner last, as far as the engine remembers; undefined where it does not. */
export async function runnerLastPolled(
  connection: Connection,
  namespace: string,
  runner: string,
): Promise<Date | undefined> {
  const { pollers } = await within(connection, CALL_LIMIT_MS, async () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: runnerQueue(runner) },
      taskQueueType: activities,
    }),
  );
  const polled = pollers.flatMap(({ lastAccessTime }) =>
    lastAccessTime?.seconds ? [Number(lastAccessTime.seconds) * 1000] : [],
  );
  return polled.length === 0 ? undefined : new Date(Math.max(...polled));
}
