/** An answer that is on its way is worth so long a wait to whoever pressed Ctrl-C: the words are exact then. */
const graceMs = 2_000;

/** {@link unlessAborted}, with a moment for an answer that is about to come. */
export async function unlessAbortedForLong<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const found = await unlessAborted(signal, work);
  return found ?? (signal.aborted ? unlessAborted(AbortSignal.timeout(graceMs), work) : undefined);
}

/**
 * What was waited for, or undefined as soon as `signal` aborts: whoever presses Ctrl-C waits for no server that hangs. What comes
 * later, a failure too, is nobody's any more.
 */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  work.catch(() => undefined); // its loser must not end the process
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
