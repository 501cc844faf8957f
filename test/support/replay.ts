import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { testServers } from './servers.ts';

/** A history as the engine gave it, or as it was read from a file. */
export interface Told {
  workflowId: string;
  history: unknown;
}

/**
 * Replays histories from their first event on the code of today, all by one worker: starting one takes far longer than a
 * replay. Answers what went wrong, by workflow; empty where all went as they did.
 */
export async function replayAll(
  told: readonly Told[],
  on: Pick<typeof Worker, 'runReplayHistories'> = Worker,
): Promise<Map<string, Error>> {
  const wrong = new Map<string, Error>();
  if (told.length === 0) return wrong;
  const options: ReplayWorkerOptions = { workflowBundle: { codePath: testServers().workflowBundle } };
  let replayed = 0;
  for await (const { workflowId, error } of on.runReplayHistories(options, told)) {
    replayed += 1;
    if (error) wrong.set(workflowId, error);
  }
  if (replayed !== told.length) throw new Error(`only ${replayed} of ${told.length} histories were replayed`);
  return wrong;
}
