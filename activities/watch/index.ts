import type { Store } from '../../platform/database/open.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import type { WatchActivities } from '../contract-watch.ts';
import { recordWatch } from './record-watch.ts';
import { readWatched } from './read-watched.ts';

interface WatchDeps {
  store: Pick<Store, 'db'>;
  config: { publicUrl: string; mailFrom: string };
  /** Told when mail was ordered, so that it goes out at once. */
  mailOrdered?: () => void;
}

/** What the watch of a release asks of the record. */
export function createWatch({ store: { db }, config, mailOrdered }: WatchDeps): WatchActivities {
  const domain = mailDomain(config.mailFrom);
  return {
    readWatched: async (place) => readWatched(db, place),
    recordWatch: async (entry) => {
      const answer = await recordWatch(db, { publicUrl: config.publicUrl, domain }, entry);
      if (entry.changed) mailOrdered?.();
      return answer;
    },
  };
}
