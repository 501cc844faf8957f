import pg from 'pg';
import type { StoreLog } from '../database/embedded.ts';
import type { Store } from '../database/open.ts';
import { messageOf } from '../errors.ts';
import { pause } from '../pause.ts';

/** What a listener does with what it hears. `back`: the connection was lost, so that something may have been missed. */
export interface Ears {
  heard(payload: string): void;
  back(): void;
}

/** One connection that listens; it comes back by itself until it is closed. */
export interface Channel {
  close(): Promise<void>;
}

/**
 * Listens to one channel of the database on a connection of its own, with an attempt every second while the database is
 * away. Rejects where the first connection cannot be made.
 */
export async function openChannel(
  store: Pick<Store, 'connection'>,
  name: string,
  ears: Ears,
  log?: StoreLog,
): Promise<Channel> {
  const stopped = new AbortController();
  const isStopped = (): boolean => stopped.signal.aborted;
  let client = await connect();

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({ ...store.connection, connectionTimeoutMillis: 4_000, keepAlive: true });
    next.on('notification', ({ payload }) => ears.heard(payload ?? ''));
    next.on('error', (error) => log?.warn({ cause: messageOf(error) }, 'the listening connection broke'));
    await next.connect();
    await next.query(`listen ${name}`);
    next.once('end', () => void reconnect());
    return next;
  }

  async function reconnect(): Promise<void> {
    while (!isStopped()) {
      try {
        client = await connect();
        // Closed while it was on its way back: nobody else would end this one.
        if (isStopped()) await client.end();
        else ears.back();
        return;
      } catch (error) {
        log?.warn({ cause: messageOf(error) }, 'the listening connection is away; trying again');
        await pause(1_000, stopped.signal, { ref: false });
      }
    }
  }

  return {
    close: async () => {
      stopped.abort();
      await client.end();
    },
  };
}
