import { sql } from 'kysely';
import { newestWorkflowVersion, type WorkflowVersion } from '../../domain/release/workflow-version.ts';
import type { Db } from '../database/open.ts';

// One clock writes and judges, that of the database: workers and APIs run on machines whose clocks may differ by minutes.
const now = sql<Date>`clock_timestamp()`;
const ago = (ms: number) => sql<Date>`clock_timestamp() - ${`${ms} milliseconds`}::interval`;

const forgottenAfterMs = 24 * 3_600_000;

/** Writes down that this worker lives and what it knows, and forgets those that nobody has seen for a day. */
export async function noteWorker(
  db: Db,
  identity: string,
  { version = newestWorkflowVersion }: { version?: WorkflowVersion } = {},
): Promise<void> {
  await db
    .insertInto('worker_heartbeats')
    .values({ identity, seen_at: now, workflow_version: version })
    .onConflict((conflict) => conflict.column('identity').doUpdateSet({ seen_at: now }))
    .execute();
  await db.deleteFrom('worker_heartbeats').where('seen_at', '<', ago(forgottenAfterMs)).execute();
}

/** They say so four times a minute: one that has been silent for so long is handed no release any more. */
const goneAfterMs = 5 * 60_000;

/** The newest way of a workflow that each living worker knows; null where it does not say. */
export async function versionsOfWorkers(db: Db): Promise<(number | null)[]> {
  const rows = await db
    .selectFrom('worker_heartbeats')
    .select('workflow_version')
    .where('seen_at', '>', ago(goneAfterMs))
    .execute();
  return rows.map((row) => row.workflow_version);
}

/** When a worker was seen last, and whether that was within so many milliseconds; undefined where none ever was. */
export async function lastWorker(
  db: Db,
  withinMs: number,
): Promise<{ seenAt: Date; isThere: boolean } | undefined> {
  return db
    .selectFrom('worker_heartbeats')
    .select(['seen_at as seenAt', sql<boolean>`seen_at >= ${ago(withinMs)}`.as('isThere')])
    .orderBy('seen_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** A worker that stops in order is missed at once, not after a minute. */
export async function forgetWorker(db: Db, identity: string): Promise<void> {
  await db.deleteFrom('worker_heartbeats').where('identity', '=', identity).execute();
}
