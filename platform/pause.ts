import { setTimeout as timer } from 'node:timers/promises';

/** Waits for so many milliseconds, or until the signal: whoever may be told to stop looks at it afterwards. */
export async function pause(ms: number, until?: AbortSignal, o: { ref?: boolean } = {}): Promise<void> {
  await timer(ms, undefined, until ? { ...o, signal: until } : o).catch((error: unknown) => {
    if (!until?.aborted) throw error;
  });
}
