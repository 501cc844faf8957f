/** A signal that aborts with `outer`, where there is one, or after some time. */
export interface Deadline {
  signal: AbortSignal;
  /** Lets go of timer and listener, and of whoever still waits. */
  end: () => void;
}

/**
 * Made of a plain timer and listener: a signal that `AbortSignal.any` derives from a time-out may be collected as garbage
 * in Node 20 while somebody still waits for it, and then never fires.
 */
export function startDeadline(outer: AbortSignal | undefined, ms: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The time is over', 'TimeoutError'));
  }, ms);
  const pass = (): void => controller.abort(outer?.reason);
  if (outer?.aborted === true) pass();
  else outer?.addEventListener('abort', pass, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', pass);
      controller.abort();
    },
  };
}
