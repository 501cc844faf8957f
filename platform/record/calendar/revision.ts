import { sql } from 'kysely';
import type { Db } from '../../database/open.ts';

/** The number that rises with every change of the calendar; 0 where there never was one. */
export async function calendarRevision(db: Db): Promise<number> {
  const row = await db.selectFrom('calendar_state').select('revision').executeTakeFirst();
  return row?.revision ?? 0;
}

/** Keeps everybody who writes to the log, and so whoever changes the calendar or the policy, out until the transaction ends. */
export async function lockLog(trx: Db): Promise<void> {
  await trx
    .selectFrom('chain_heads')
    .select('seq')
    .where('scope', '=', 'global')
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/**
 * Raises the calendar's revision, and keeps everybody who writes to the log out until the transaction ends. So a release
 * that is asked for, or that moves on, is either seen by whoever looks for releases after this, or sees the change itself.
 * The lock of the log comes first, always: a batch of a release has it already when it gets here.
 */
export async function raiseRevision(trx: Db): Promise<number> {
  await lockLog(trx);
  const row = await trx
    .insertInto('calendar_state')
    .values({ revision: 1 })
    .onConflict((conflict) =>
      conflict.column('single').doUpdateSet({ revision: sql`calendar_state.revision + 1` }),
    )
    .returning('revision')
    .executeTakeFirstOrThrow();
  return row.revision;
}
