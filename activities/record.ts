import type { Store } from '../platform/database/open.ts';
import { recordBatch } from '../platform/record/releases.ts';
import type { Activities } from './contract.ts';
import type { Locks } from './environments/locks.ts';
import { mailDomain } from '../platform/mail-domain.ts';
import { urgencyOf, type MailUrgency } from './notices/urgency.ts';

export interface RecordDeps {
  store: Pick<Store, 'db'>;
  config: { mailFrom: string };
  /** Told when mail was ordered, so that it goes out at once. */
  mailOrdered?: (when?: MailUrgency, mails?: number) => void;
}

/** The activity `record`: what was told is written down first; only then are people mailed and environments given back. */
export function createRecord(
  { store, config, mailOrdered }: RecordDeps,
  { followLeaving }: Pick<Locks, 'followLeaving'>,
): Activities['record'] {
  const domain = mailDomain(config.mailFrom);
  return async (batch) => {
    const { left, ordered, ...answer } = await recordBatch(store.db, batch, domain);
    if (ordered.length > 0) mailOrdered?.(urgencyOf(ordered), ordered.length);
    for (const { environment, after } of left) await followLeaving(environment, batch.workflow.id, after);
    return { ...answer, at: new Date().toISOString() };
  };
}
