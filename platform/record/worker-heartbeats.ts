import type { Db } from '../database/open.ts';

const forgottenAfterMs = 24 * 3_600_000;

/** Writes down that this worker lives, and forgets those that nobody has seen for a day. */
export async function noteWorker(db: Db, identity: string, now: Date = new Date()): Promise<void> {
  await db
    .insertInto('worker_heartbeats')
    .values({ identity, seen_at: now })
    .onConflict((conflict) => conflict.column('identity').doUpdateSet({ seen_at: now }))
    .execute();
  await db
    .deleteFrom('worker_heartbeats')
    .where('seen_at', '<', new Date(now.getTime() - forgottenAfterMs))
    .execute();
}

/** A worker that stops in order is missed at once, not after a minute. */
export async function forgetWorker(db: Db, identity: string): Promise<void> {
  await db.deleteFrom('worker_heartbeats').where('identity', '=', identity).execute();
}
