import { CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { Waiting } from '../platform/command/run-command.ts';

const BEAT_MS = 5000;
/** What ends sooner needs no beat: each is a call and a write of the engine, as dear as the short work itself. */
const FIRST_BEAT_MS = 1000;

/** What long work is told: when to end what it does, when to leave it for the next attempt, and how to report progress. */
export interface Attendance extends Required<Waiting> {
  /** Kept by the engine and given to the next attempt. */
  progress(details: unknown): void;
  /** Kept like `progress`, with the next heartbeat: work that ends before it never costs one. */
  note(details: unknown): void;
  /** What the attempt before this one kept. */
  before: unknown;
}

/**
 * Does long work with heartbeats. A cancelled release ends it (`cancel`), and the work is awaited, so that a cancel is only
 * acknowledged when all has stopped. A worker that shuts down, a pause or a time-out leaves it (`leave`): whatever was
 * started outlives us, and the next attempt joins it.
 * @throws CancelledFailure after the work, where it was cancelled
 */
export async function attended<T>(work: (attendance: Attendance) => Promise<T>): Promise<T> {
  const context = Context.current();
  const cancel = new AbortController();
  const leave = new AbortController();
  let details: unknown = context.info.heartbeatDetails;
  const beat = (): void => context.heartbeat(details);
  let timer = setTimeout(() => {
    beat();
    timer = setInterval(beat, BEAT_MS);
  }, FIRST_BEAT_MS);
  const stop = (): void => {
    const why = context.cancellationDetails;
    const isOver = why === undefined || why.cancelRequested || why.notFound;
    const reason = new CancelledFailure(isOver ? 'cancelled' : 'left for the next attempt');
    (isOver ? cancel : leave).abort(reason);
  };
  context.cancellationSignal.addEventListener('abort', stop, { once: true });
  if (context.cancellationSignal.aborted) stop();
  try {
    const result = await work({
      cancel: cancel.signal,
      leave: leave.signal,
      progress: (next) => {
        details = next;
        beat();
      },
      note: (next) => {
        details = next;
      },
      before: context.info.heartbeatDetails as unknown,
    });
    cancel.signal.throwIfAborted();
    return result;
  } finally {
    clearTimeout(timer); // an interval, too
    context.cancellationSignal.removeEventListener('abort', stop);
  }
}

/** Waits, unless it is time to stop: then it returns at once. */
export function pause(ms: number, waiting: Waiting): Promise<void> {
  const stop = AbortSignal.any([waiting.cancel, waiting.leave].filter((signal) => signal !== undefined));
  return new Promise((resolve) => {
    const timer = setTimeout(finish, ms);
    stop.addEventListener('abort', finish, { once: true });
    if (stop.aborted) finish();
    function finish(): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', finish);
      resolve();
    }
  });
}
