import type { Response } from 'express';
import type { ReleaseView } from '../domain/release/release.ts';
import { isTerminal } from '../domain/release/state.ts';
import { GantryError } from '../platform/errors.ts';
import { listen, type Listener } from '../platform/record/listen.ts';
import { readRelease, timeline } from '../platform/record/releases.ts';
import { timelineHead } from '../platform/record/timeline-head.ts';
import { toldTo } from './auth/told-to.ts';
import type { Caller } from './auth/caller.ts';
import type { ApiDeps } from './deps.ts';

const perPerson = 4;
const inAll = 500;
const heartbeatMs = 15_000;
/** Entries read at once; a stream that is further behind reads again. */
const batch = 200;

export interface StreamRequest {
  caller: Pick<Caller, 'grant'>;
  view: ReleaseView;
  /** `Last-Event-ID`: number of the last timeline entry that the client has. */
  after?: number;
  res: Response;
}

/** Streams of releases to browsers and command lines. All of them hear of changes through one connection to the database. */
export interface Streams {
  /** Writes to `res` until the release has ended or the client goes. @throws RATE_LIMITED beyond 4 for a person or 500 in all */
  open(request: StreamRequest): Promise<void>;
}

export function openStreams(deps: ApiDeps): Streams {
  const streams = new Map<Response, string>();
  let listening: Promise<Listener> | undefined;

  const listener = (): Promise<Listener> => {
    listening ??= listen(deps.store, deps.log).catch((error: unknown) => {
      listening = undefined; // the next stream tries again
      throw error;
    });
    return listening;
  };

  deps.draining?.addEventListener('abort', () => {
    for (const res of streams.keys()) res.end();
    void listening?.then((open) => open.close());
  });

  return {
    async open({ caller, view, after, res }) {
      const { person } = caller.grant;
      const mine = [...streams.values()].filter((one) => one === person).length;
      if (mine >= perPerson || streams.size >= inAll)
        throw new GantryError('RATE_LIMITED', { detail: 'at most 4 streams for a person and 500 in all' });
      streams.set(res, person);
      res.on('close', () => streams.delete(res));
      try {
        await follow(deps, await listener(), {
          caller,
          view,
          res,
          ...(after === undefined ? {} : { after }),
        });
      } catch (error) {
        streams.delete(res);
        throw error;
      }
    },
  };
}

/** How much of it this stream has told. */
interface Position {
  entry: number;
  view: number;
  stalledSince: string | undefined;
}

/** Writes one event, as far as its reader may know it. */
type Tell = (name: string, id: number, facts: unknown) => void;

/** Subscribes first and reads then, so that nothing falls between the two. */
async function follow(
  deps: ApiDeps,
  listener: Listener,
  { caller, view, after, res }: StreamRequest,
): Promise<void> {
  const { db } = deps.store;
  let wake: () => void = () => undefined;
  const unsubscribe = listener.subscribe(view.id, () => wake());
  const beat = setInterval(() => res.write(': still here\n\n'), heartbeatMs);
  const end = (): void => {
    clearInterval(beat);
    unsubscribe();
    res.end();
  };
  res.on('close', end);
  const tell: Tell = (name, id, facts) =>
    void res.write(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(toldTo(caller, facts))}\n\n`);
  const position: Position = {
    entry: after ?? (await timelineHead(db, view.id)),
    view: view.seq,
    stalledSince: view.stalled?.since,
  };
  res
    .status(200)
    .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  res.write('retry: 3000\n\n');
  tell('state', position.entry, view);
  wake = serialised(
    async () => {
      if (await isFinished(deps, view.id, position, tell)) end();
    },
    (error) => {
      deps.log.warn({ error, releaseId: view.id }, 'a stream broke off');
      end(); // the client comes back with Last-Event-ID
    },
  );
  wake();
}

/** Sends what is new. @returns whether the release has ended, so that nothing more will come */
async function isFinished(deps: ApiDeps, id: string, position: Position, tell: Tell): Promise<boolean> {
  // The view before the entries: an ended view then comes after all of its entries have been written.
  const view = await readRelease(deps.store.db, id);
  for (
    let entries = await timeline(deps.store.db, id, { after: position.entry, limit: batch });
    entries.length > 0;
  ) {
    for (const entry of entries) tell('entry', entry.seq, entry);
    position.entry = entries.at(-1)?.seq ?? position.entry;
    entries =
      entries.length < batch
        ? []
        : await timeline(deps.store.db, id, { after: position.entry, limit: batch });
  }
  if (!view) return true;
  const stalledSince = view.stalled?.since;
  if (view.seq > position.view || stalledSince !== position.stalledSince)
    tell('changed', position.entry, { seq: view.seq, state: view.state, headline: view.headline });
  position.view = view.seq;
  position.stalledSince = stalledSince;
  if (!isTerminal(view.state)) return false;
  tell('ended', position.entry, { state: view.state, ...view.ended });
  return true;
}

/** Runs `work` once at a time; calls that come meanwhile make it run once more. */
function serialised(work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  const wanted = { calls: 0, done: 0 };
  const run = async (): Promise<void> => {
    while (wanted.done < wanted.calls) {
      const upTo = wanted.calls;
      await work();
      wanted.done = upTo;
    }
  };
  let running = Promise.resolve();
  return () => {
    wanted.calls += 1;
    running = running.then(run).catch(failed);
  };
}
