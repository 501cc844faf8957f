import type { StoreLog } from '../database/embedded.ts';
import type { Store } from '../database/open.ts';
import { releaseChannel } from './append.ts';
import { openChannel } from './channel.ts';

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
 * One connection that listens for all subscribers. What was appended while it was lost was told to nobody, so on coming
 * back every subscriber is called once without `seq`.
 */
export async function listen(store: Pick<Store, 'connection'>, log?: StoreLog): Promise<Listener> {
  const subscribers = new Map<string, Set<(appended: Appended) => void>>();
  const tell = (payload: string): void => {
    const [releaseId = '*', seq] = payload.split('|');
    const appended = { releaseId, seq: Number(seq) };
    const listening = releaseId === '*' ? ['*'] : [releaseId, '*'];
    for (const name of listening) for (const callback of subscribers.get(name) ?? []) callback(appended);
  };
  const tellAll = (): void => {
    for (const [releaseId, callbacks] of subscribers)
      for (const callback of callbacks) callback({ releaseId });
  };
  const channel = await openChannel(store, releaseChannel, { heard: tell, back: tellAll }, log);
  return {
    subscribe: (releaseId, callback) => {
      const callbacks = subscribers.get(releaseId) ?? new Set();
      subscribers.set(releaseId, callbacks.add(callback));
      return () => {
        callbacks.delete(callback);
        if (callbacks.size === 0 && subscribers.get(releaseId) === callbacks) subscribers.delete(releaseId);
      };
    },
    close: () => channel.close(),
  };
}
