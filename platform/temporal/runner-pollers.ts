import type { Connection } from '@temporalio/client';
import { runnerQueue } from '../../domain/rollout/runner-queue.ts';
import { within } from './connect.ts';

const CALL_LIMIT_MS = 5000;
/** When a worker asked for the work of this runner last, as far as the engine remembers; undefined where it does not. */
export async function runnerLastPolled(
  connection: Connection,
  namespace: string,
  runner: string,
): Promise<Date | undefined> {
  // 2 is TASK_QUEUE_TYPE_ACTIVITY: the SDK does not export its enums, so the question is made without their types
  const question: object = { namespace, taskQueue: { name: runnerQueue(runner) }, taskQueueType: 2 };
  const { pollers } = await within(connection, CALL_LIMIT_MS, async () =>
    connection.workflowService.describeTaskQueue(question),
  );
  const polled = pollers.flatMap(({ lastAccessTime }) =>
    lastAccessTime?.seconds ? [Number(lastAccessTime.seconds) * 1000] : [],
  );
  return polled.length === 0 ? undefined : new Date(Math.max(...polled));
}
