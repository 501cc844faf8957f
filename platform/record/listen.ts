import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { StoreLog } from '../database/embedded.ts';
import type { Store } from '../database/open.ts';
import { messageOf } from '../errors.ts';
import { releaseChannel } from './append.ts';

/** Something was appended. `seq` counts within the release; after a lost connection it is absent: look yourself. */
export interface Appended {
  releaseId: string;
  seq?: number;
}

/** Tells subscribers of appends as they are committed; `*` hears of all releases and of entries of none. */
export interface Listener {
  subscribe(releaseId: string, callback: (appended: Appended) => void): () => void;
  close(): Promise<void>;
}

/**
 * One connection that listens for all subscribers, with an attempt every second while the database is away. What was
 * appended meanwhile was told to nobody, so on coming back every subscriber is called once without `seq`.
 */
export async function listen(store: Pick<Store, 'connection'>, log?: StoreLog): Promise<Listener> {
  const subscribers = new Map<string, Set<(appended: Appended) => void>>();
  const stopped = new AbortController();
  let client = await connect();

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({ ...store.connection, connectionTimeoutMillis: 4_000, keepAlive: true });
    next.on('notification', ({ payload }) => tell(payload ?? ''));
    next.on('error', (error) => log?.warn({ cause: messageOf(error) }, 'the listening connection broke'));
    await next.connect();
    await next.query(`listen ${releaseChannel}`);
    next.once('end', () => void reconnect());
    return next;
  }

  async function reconnect(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        client = await connect();
        for (const [releaseId, callbacks] of subscribers)
          for (const callback of callbacks) callback({ releaseId });
        return;
      } catch (error) {
        log?.warn({ cause: messageOf(error) }, 'the listening connection is away; trying again');
        await wait(1_000, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  function tell(payload: string): void {
    const [releaseId = '*', seq] = payload.split('|');
    const appended = { releaseId, seq: Number(seq) };
    const listening = releaseId === '*' ? ['*'] : [releaseId, '*'];
    for (const name of listening) for (const callback of subscribers.get(name) ?? []) callback(appended);
  }

  return {
    subscribe: (releaseId, callback) => {
      const callbacks = subscribers.get(releaseId) ?? new Set();
      subscribers.set(releaseId, callbacks.add(callback));
      return () => {
        callbacks.delete(callback);
        if (callbacks.size === 0 && subscribers.get(releaseId) === callbacks) subscribers.delete(releaseId);
      };
    },
    close: async () => {
      stopped.abort();
      await client.end();
    },
  };
}
