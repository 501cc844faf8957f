import { isTerminal } from '../domain/release/state.ts';
import { pause } from '../platform/pause.ts';
import { readRelease, releasePath, type ReleaseView, type TimelineEntry } from './answers.ts';
import { isWorthRepeating, type Client } from './client.ts';
import { unlessAborted } from './unless-aborted.ts';

export type Update = { kind: 'view'; view: ReleaseView } | { kind: 'entry'; entry: TimelineEntry };

const RECONNECT_AFTER_MS = 2_000;
const SERVER_MAY_BE_AWAY_MS = 5 * 60_000;

/** What happens to a release, until it has ended or `signal` aborts: then at once, though a server hangs. */
export async function* followRelease(
  client: Client,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<Update> {
  const updates = updatesOf(client, id, signal);
  for (;;) {
    const step = await unlessAborted(signal, updates.next());
    if (!step || step.done === true) return;
    yield step.value;
  }
}

/** What of a release was told already: views only get newer, and a stream goes on behind its last event. */
interface Told {
  seq: number;
  lastEventId?: string;
}

/**
 * Reads the event stream and resumes it where it broke;
 * between two streams, or where a proxy swallows them, it asks every two seconds.
 */
async function* updatesOf(client: Client, id: string, signal: AbortSignal): AsyncGenerator<Update> {
  const told: Told = { seq: -1 };
  for (;;) {
    // the first read says at once that no server is there; later ones outlast its restart
    const isFirst = told.seq < 0;
    const view = await (isFirst ? readRelease : readPatiently)(client, id, signal);
    if (!view) return;
    yield* newsOf(view, told);
    if (isTerminal(view.state) || signal.aborted) return;
    try {
      const hasEnded = yield* streamOf(client, view.id, { told, signal });
      if (hasEnded) return;
    } catch (error) {
      if (isAborted(signal)) return;
      if (!isPassing(error)) throw error;
    }
    await pause(RECONNECT_AFTER_MS, signal);
    if (isAborted(signal)) return;
  }
}

/** One event stream until it closes; whether the release has ended by then. */
async function* streamOf(
  client: Client,
  id: string,
  { told, signal }: { told: Told; signal: AbortSignal },
): AsyncGenerator<Update, boolean> {
  const { lastEventId } = told;
  for await (const event of client.stream(`${releasePath(id)}/events`, {
    signal,
    ...(lastEventId === undefined ? {} : { lastEventId }),
  })) {
    if (event.id !== '') told.lastEventId = event.id;
    if (event.event === 'entry') {
      yield { kind: 'entry', entry: JSON.parse(event.data) as TimelineEntry };
      continue;
    }
    const view = await readRelease(client, id, signal);
    yield* newsOf(view, told);
    if (isTerminal(view.state)) return true;
  }
  return false;
}

function* newsOf(view: ReleaseView, told: Told): Generator<Update> {
  if (view.seq <= told.seq) return;
  yield { kind: 'view', view };
  told.seq = view.seq;
}

/** Reads on while the server restarts; undefined where `signal` aborted meanwhile. @throws when it stays away too long */
async function readPatiently(
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<ReleaseView | undefined> {
  const giveUpAt = Date.now() + SERVER_MAY_BE_AWAY_MS;
  for (;;) {
    try {
      return await readRelease(client, id, signal);
    } catch (error) {
      if (isAborted(signal)) return undefined;
      if (!isWorthRepeating(error) || Date.now() >= giveUpAt) throw error;
    }
    await pause(RECONNECT_AFTER_MS, signal);
    if (isAborted(signal)) return undefined;
  }
}

/** A stream that broke, or cannot be had, is no reason to stop looking; the next read says whether the server is there. */
const isPassing = (error: unknown): boolean => error instanceof Error && error.name !== 'SyntaxError';

/** Asked anew: what the compiler knows of `signal` is from before the wait. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
