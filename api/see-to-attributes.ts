import { GantryError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { pause } from '../platform/pause.ts';

export interface AttributesKept {
  /** Why releases cannot be indexed; undefined where they can, or nobody knows yet. */
  problem: () => GantryError | undefined;
  /** Resolves when it is done, or was told to stop. */
  ended: Promise<void>;
}

/**
 * Sees to the search attributes beside everything else, because the API serves while the engine is away. What is in the way is
 * told in the log once, and by `/ready` for as long as it is.
 */
export function seeToAttributes(
  ensure: () => Promise<void>,
  o: { log: Pick<Logger, 'error'>; stopped: AbortSignal; everyMs?: number },
): AttributesKept {
  let problem: GantryError | undefined;
  const go = async (): Promise<void> => {
    while (!o.stopped.aborted) {
      try {
        await ensure();
        problem = undefined;
        return;
      } catch (error) {
        // a server that is away is told by others
        const found = error instanceof GantryError ? error : undefined;
        if (found && !problem) o.log.error({ remedy: found.problem.remedy }, found.message);
        problem = found ?? problem;
      }
      await pause(o.everyMs ?? 10_000, o.stopped);
    }
  };
  return { problem: () => problem, ended: go() };
}
