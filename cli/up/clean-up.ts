import { messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';

/** What was opened, in the order of opening; closing goes backwards. */
export interface CleanUp {
  add: (name: string, close: () => Promise<unknown>) => void;
  /** Closes everything, last opened first. What fails is logged and does not keep the rest open. */
  run: () => Promise<void>;
}

/** A stack of things to close, so that a start that fails half way leaves nothing running. */
export function createCleanUp(log: Pick<Logger, 'warn'>): CleanUp {
  const opened: { name: string; close: () => Promise<unknown> }[] = [];
  return {
    add: (name, close) => void opened.push({ name, close }),
    async run() {
      for (let last = opened.pop(); last; last = opened.pop()) {
        const { name, close } = last;
        await close().catch((error: unknown) =>
          log.warn({ name, because: messageOf(error) }, 'could not be closed'),
        );
      }
    },
  };
}
