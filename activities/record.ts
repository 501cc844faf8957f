import type { Store } from '../platform/database/open.ts';
import { recordBatch } from '../platform/record/releases.ts';
import type { Activities } from './contract.ts';
import { mailDomain } from '../platform/mail-domain.ts';
import { urgencyOf, type MailUrgency } from './notices/urgency.ts';

export interface RecordDeps {
  store: Pick<Store, 'db'>;
  config: { mailFrom: string };
  /** Told when mail was ordered, so that it goes out at once. */
  mailOrdered?: (when?: MailUrgency) => void;
}

/** The activity `record`: what was told is written down first; only then are people mailed and environments given back. */
export function createRecord(
  { store, config, mailOrdered }: RecordDeps,
  { freeLock }: Pick<Activities, 'freeLock'>,
): Activities['record'] {
  const domain = mailDomain(config.mailFrom);
  return async (batch) => {
    const answer = await recordBatch(store.db, batch, domain);
    if (batch.notices && batch.notices.length > 0)
      mailOrdered?.(urgencyOf(batch.notices.map(({ kind }) => kind)));
    for (const environment of batch.freed ?? []) await freeLock({ environment, owner: batch.workflow.id });
    return { ...answer, at: new Date().toISOString() };
  };
}
