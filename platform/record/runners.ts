import type { Db } from '../database/open.ts';

/** Writes down when a runner asked for work last; an older instant changes nothing. */
export async function noteRunner(db: Db, name: string, seenAt: Date): Promise<void> {
  await db
    .insertInto('runners')
    .values({ name, seen_at: seenAt })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ seen_at: seenAt }).where('runners.seen_at', '<', seenAt),
    )
    .execute();
}

/** When a runner was seen last; the engine itself forgets after some minutes. */
export async function runnerSeenAt(db: Db, name: string): Promise<Date | undefined> {
  const row = await db.selectFrom('runners').select('seen_at').where('name', '=', name).executeTakeFirst();
  return row?.seen_at;
}
