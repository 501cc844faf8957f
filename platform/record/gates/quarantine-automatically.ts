import type { RecordBatch } from '../../../activities/contract.ts';
import { automaticBan } from '../../../domain/gates/quarantine/evaluate.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import { setQuarantine } from './quarantines.ts';

/** Bans what a policy bans at once when it was rolled back (semantics §7, "After success"); twice is once. */
export async function quarantineAutomatically(
  trx: Db,
  view: ReleaseView,
  versions: NonNullable<RecordBatch['quarantined']>,
  mailDomain: string,
): Promise<void> {
  for (const version of versions)
    await setQuarantine(trx, {
      ...version,
      by: { id: automaticBan, kind: 'system' },
      at: view.updatedAt,
      mailDomain,
    });
}
