import { sql, type RawBuilder } from 'kysely';
import type { EnvironmentRow } from '../../activities/contract-locks.ts';
import {
  afterLeaving,
  leave,
  type AfterLeaving,
  type EnvironmentLocks,
} from '../../domain/gates/lock/environment-locks.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { versionsOfWorkers } from './worker-heartbeats.ts';

/** Workers from this version on look into the record for locks; older ones ask the workflow of the environment. */
const knowsRecordFrom = 5;

/** Holders and queue of each environment. */
export async function environmentLocks(db: Db): Promise<EnvironmentRow[]> {
  return db
    .selectFrom('environment_locks')
    .select(['environment', 'holders', 'queue', 'revision'])
    .orderBy('environment')
    .execute();
}

/**
 * Changes who holds and who waits, one change at a time; answers `keptByWorkflow`, and changes nothing, where the record does not
 * keep this environment yet.
 * @param work returns the same object where nothing changes
 */
export async function changeLocks(
  db: Db,
  environment: string,
  work: (locks: EnvironmentLocks) => EnvironmentLocks,
): Promise<EnvironmentLocks | 'keptByWorkflow'> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('environment_locks')
      .select(['holders', 'queue', 'fence', 'revision', 'kept_by'])
      .where('environment', '=', environment)
      .forUpdate()
      .executeTakeFirst();
    if (row?.kept_by !== 'record') return 'keptByWorkflow';
    const before = { holders: row.holders, queue: row.queue, fence: row.fence };
    const after = work(before);
    if (after !== before)
      await trx
        .updateTable('environment_locks')
        .set({
          holders: JSON.stringify(after.holders),
          queue: JSON.stringify(after.queue),
          fence: after.fence,
          revision: row.revision + 1,
          updated_at: new Date(),
        })
        .where('environment', '=', environment)
        .execute();
    return after;
  });
}

/** Whether a release holds locks of an environment, as far as the record keeps them: it may have been put back to an earlier time. */
export async function isHolder(
  db: Db,
  { environment, releaseId }: { environment: string; releaseId: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('environment_locks')
    .select(['holders', 'kept_by'])
    .where('environment', '=', environment)
    .executeTakeFirst();
  return row?.kept_by !== 'record' || row.holders.some((holder) => holder.releaseId === releaseId);
}

/** Environments that an owner holds or waits for in the record, by name; a value for any statement. */
export function placesOf(owner: string): RawBuilder<string[]> {
  const isOwners = JSON.stringify([{ owner }]);
  return sql<string[]>`(
    select coalesce(array_agg(environment order by environment), '{}') from environment_locks
    where kept_by = 'record' and (holders @> ${isOwners}::jsonb or queue @> ${isOwners}::jsonb)
  )`;
}

/** @param leaving `isRepeated`: it was written before that the owner leaves; only what has to follow is answered */
export async function leaveEnvironment(
  db: Db,
  environment: string,
  { owner, isRepeated }: { owner: string; isRepeated: boolean },
): Promise<AfterLeaving> {
  return afterLeaving(
    await changeLocks(db, environment, (locks) => (isRepeated ? locks : leave(locks, owner))),
  );
}

const handOverKey = (environment: string) => sql`hashtextextended(${`gantry/locks/${environment}`}, 0)`;

/** Asks the workflow that keeps the locks, while nobody takes them over; `undefined` where the record keeps them by now. */
export async function besideWorkflow<Answer>(
  db: Db,
  environment: string,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  return inTransaction(db, async (trx) => {
    await sql`select pg_advisory_xact_lock_shared(${handOverKey(environment)})`.execute(trx);
    return (await isKeptHere(trx, environment)) ? undefined : ask();
  });
}

async function isKeptHere(trx: Db, environment: string): Promise<boolean> {
  const row = await trx
    .selectFrom('environment_locks')
    .select('kept_by')
    .where('environment', '=', environment)
    .executeTakeFirst();
  return row?.kept_by === 'record';
}

/**
 * Has the record keep an environment from now on. True where it does; false where a worker still runs that would ask the workflow,
 * or somebody holds or wants something there.
 * @param retire ends the workflow where it keeps nothing, and answers its last fence; `busy` where it does
 */
export async function takeLocksOver(
  db: Db,
  environment: string,
  retire: () => Promise<number | 'busy'>,
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const known = await versionsOfWorkers(trx);
    if (known.some((version) => (version ?? 0) < knowsRecordFrom)) return false;
    // not waited for: whoever holds it may need one of the connections that all would wait with
    const { rows } = await sql<{
      taken: boolean;
    }>`select pg_try_advisory_xact_lock(${handOverKey(environment)}) as taken`.execute(trx);
    if (!rows[0]?.taken) return false;
    if (await isKeptHere(trx, environment)) return true; // by another one meanwhile
    const fence = await retire();
    if (fence === 'busy') return false;
    await trx
      .insertInto('environment_locks')
      .values({ environment, holders: '[]', queue: '[]', revision: 1, kept_by: 'record', fence })
      .onConflict((conflict) =>
        conflict
          .column('environment')
          .doUpdateSet({ holders: '[]', queue: '[]', kept_by: 'record', fence })
          .where('environment_locks.kept_by', '=', 'workflow'),
      )
      .execute();
    return true;
  });
}

/** What the workflow of an environment tells of it, as long as it keeps the locks. An older revision never replaces a newer one. */
export async function writeEnvironment(db: Db, row: EnvironmentRow): Promise<void> {
  const state = {
    holders: JSON.stringify(row.holders),
    queue: JSON.stringify(row.queue),
    revision: row.revision,
    updated_at: new Date(),
  };
  await db
    .insertInto('environment_locks')
    .values({ environment: row.environment, ...state })
    .onConflict((conflict) =>
      conflict
        .column('environment')
        .doUpdateSet(state)
        .where('environment_locks.revision', '<', row.revision)
        .where('environment_locks.kept_by', '=', 'workflow'),
    )
    .execute();
}
