import type { Connection } from '@temporalio/client';
import { runnerQueue } from '../../domain/rollout/runner-queue.ts';
import { within } from './connect.ts';

const CALL_LIMIT_MS = 5000;
// TASK_QUEUE_TYPE_WORKFLOW and _ACTIVITY: the SDK does not export its enums, so the question is made without their types
const workflows = 1;
const activities = 2;

/** When a worker asked for the work of this runner last, as far as the engine remembers; undefined where it does not. By its clock. */
export const runnerLastPolled = async (
  connection: Connection,
  namespace: string,
  runner: string,
): Promise<Date | undefined> => newest(await polls(connection, namespace, runnerQueue(runner), activities));

/**
 * When a worker asked for work of this queue last, of whichever kind; undefined where the engine does not remember. While one lives that is
 * the engine's own time, at most a minute late: the engine tells its time in no other way.
 */
export async function workersLastPolled(
  connection: Connection,
  namespace: string,
  queue: string,
): Promise<Date | undefined> {
  const kinds = [workflows, activities].map(async (kind) => polls(connection, namespace, queue, kind));
  return newest((await Promise.all(kinds)).flat());
}

async function polls(
  connection: Connection,
  namespace: string,
  queue: string,
  taskQueueType: number,
): Promise<number[]> {
  const question: object = { namespace, taskQueue: { name: queue }, taskQueueType };
  const { pollers } = await within(connection, CALL_LIMIT_MS, async () =>
    connection.workflowService.describeTaskQueue(question),
  );
  return pollers.flatMap(({ lastAccessTime }) =>
    lastAccessTime?.seconds ? [Number(lastAccessTime.seconds) * 1000] : [],
  );
}

const newest = (polled: readonly number[]): Date | undefined =>
  polled.length === 0 ? undefined : new Date(Math.max(...polled));
