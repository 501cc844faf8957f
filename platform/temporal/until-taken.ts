import { setTimeout as pause } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';

/** Pauses between tries, in milliseconds: what came in between is handled by the very next workflow task. */
const pausesMs = [50, 100, 200, 400, 800];
const failedPrecondition = 9;

/**
 * Sends an update until the engine has taken it. Where a workflow ends by an update while something else reaches it, the engine
 * takes the task back (`UnhandledCommand`) and drops the update, although the workflow goes on: an abort would be lost.
 * `send` must carry the same update id each time, so that it counts once.
 * @throws what `send` throws; the engine's refusal, too, where it comes again and again: the workflow's tasks fail by themselves
 */
export async function untilTaken<T>(send: () => Promise<T>): Promise<T> {
  for (const ms of pausesMs) {
    try {
      return await send();
    } catch (error) {
      if (!isDropped(error)) throw error;
      await pause(ms);
    }
  }
  return send();
}

/** What the engine says of an update that it had no time for among many: it has not reached the workflow. */
const unprocessed = "wasn't processed by worker";

/** Whether the engine has dropped an update that a workflow was about to handle. */
export function isDropped(error: unknown): boolean {
  if (isGrpcServiceError(error)) {
    const { code, details }: { code: number; details: string } = error;
    return code === failedPrecondition && details.includes('unexpected workflow task failure');
  }
  if (!(error instanceof Error)) return false;
  return error.message.includes(unprocessed) || isDropped(error.cause);
}
