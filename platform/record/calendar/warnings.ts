import { inTransaction, type Db } from '../../database/open.ts';
import type { NewEvent } from '../../../domain/release/events.ts';
import { appendEvents } from '../append.ts';

/** A warning of a freeze that meets a release: once for each revision of the freeze and each lead, such as `7d` or `made`. */
export interface FreezeWarning {
  releaseId: string;
  freezeId: string;
  revision: number;
  lead: string;
}

/** `<release>/<freeze>/<revision>/<lead>`: who has it has been warned. */
export const warningKey = ({ releaseId, freezeId, revision, lead }: FreezeWarning): string =>
  [releaseId, freezeId, revision, lead].join('/');

/** Those of the warnings that were given already, by their keys. */
export async function warningsGiven(
  db: Db,
  warnings: readonly FreezeWarning[],
): Promise<ReadonlySet<string>> {
  if (warnings.length === 0) return new Set();
  const rows = await db
    .selectFrom('freeze_warnings')
    .select('key')
    .where('key', 'in', warnings.map(warningKey))
    .execute();
  return new Set(rows.map(({ key }) => key));
}

/** Notes a warning with the event that tells it; false where it was given before, and then nothing is written. */
export async function noteWarning(
  db: Db,
  o: FreezeWarning & { at: string; event: NewEvent },
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const noted = await trx
      .insertInto('freeze_warnings')
      .values({
        key: warningKey(o),
        release_id: o.releaseId,
        freeze_id: o.freezeId,
        revision: o.revision,
        lead: o.lead,
        at: o.at,
      })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst();
    if (!noted) return false;
    await appendEvents(trx, o.releaseId, [o.event]);
    return true;
  });
}
