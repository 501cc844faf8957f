import type { Connection } from '@temporalio/client';
import { runnerQueue } from '../../domain/rollout/runner-queue.ts';
import { within } from './connect.ts';

const CALL_LIMIT_MS = 5000;
const ACTIVITIES = 2; // temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY

/** When a worker asked for the work of this runner last, as far as the engine remembers; undefined where it does not. */
export async function runnerLastPolled(
  connection: Connection,
  namespace: string,
  runner: string,
): Promise<Date | undefined> {
  const { pollers = [] } = await within(connection, CALL_LIMIT_MS, async () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: runnerQueue(runner) },
      taskQueueType: ACTIVITIES,
    }),
  );
  const polled = (pollers ?? []).flatMap(({ lastAccessTime }) =>
    lastAccessTime?.seconds ? [Number(lastAccessTime.seconds) * 1000] : [],
  );
  return polled.length === 0 ? undefined : new Date(Math.max(...polled));
}
