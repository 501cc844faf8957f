import { sql, type Transaction } from 'kysely';
import type { QuarantineNews } from '../../../domain/gates/quarantine/evaluate.ts';
import type { RegressionNews } from '../../../domain/watch/regression.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

/** Channel on which it is told that there are wakes to deliver. */
export const wakeChannel = 'gantry_wake';

/** Workflow that warns people of freezes: `calendarWatchId` of the contract, which the record may not know. */
export const watchWorkflowId = 'calendar-watch';

/** A workflow that is to look at the calendar again, and the release that it is, where it is one. */
export interface Waiting {
  workflowId: string;
  releaseId?: string;
}

/** What a wake is about rather than the calendar. */
export type WakeAbout = QuarantineNews | RegressionNews;

/** One wake on its way. */
export interface Wake extends Waiting {
  id: number;
  /** One sentence: what changed. */
  cause: string;
  revision: number;
  /** How often its delivery has been tried. */
  tries: number;
  /** Set where it is about a quarantine or a regression rather than the calendar. */
  about?: WakeAbout;
}

/** How a try to deliver ended; left out where the engine is away. `gone`: nobody of that name runs, which is as good as delivered. */
export type WakeOutcome = 'delivered' | 'gone' | 'away';

/** Writes down, in the transaction that made the change, who is to hear of it; the relay is told at its commit. */
export async function addWakes(
  trx: Db,
  o: { waiting: readonly Waiting[]; cause: string; revision: number; about?: WakeAbout },
): Promise<void> {
  if (o.waiting.length === 0) return;
  const workflows = o.waiting.map((one) => one.workflowId);
  const releases = o.waiting.map((one) => one.releaseId ?? null);
  await sql`
    with added as (
      insert into wakes (workflow_id, release_id, cause, revision, about)
      select workflow_id, release_id, ${o.cause}, ${o.revision}, ${o.about ? JSON.stringify(o.about) : null}::jsonb
      from unnest(${workflows}::text[], ${releases}::text[]) as waiting (workflow_id, release_id)
    )
    select pg_notify(${wakeChannel}, ${String(o.revision)})`.execute(trx);
}

/**
 * Hands up to `limit` due wakes to `deliver` together, and settles each by its outcome; answers how many were handed out
 * and how many of them are settled. The rows stay locked meanwhile: no two relays have one wake at the same time, and a
 * relay that dies frees its own at once, to be delivered again under the same id.
 */
export async function claimWakes(
  db: Db,
  limit: number,
  deliver: (wakes: readonly Wake[]) => Promise<ReadonlyMap<number, WakeOutcome>>,
): Promise<{ claimed: number; settled: number }> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('wakes')
      .select(['id', 'workflow_id', 'release_id', 'cause', 'revision', 'tries', 'about'])
      .where('delivered_at', 'is', null)
      .where('next_at', '<=', sql<Date>`now()`)
      .orderBy('next_at')
      .orderBy('id')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    if (rows.length === 0) return { claimed: 0, settled: 0 };
    const outcomes = await deliver(rows.map(wakeOf));
    const settled = rows.filter(({ id }) => (outcomes.get(id) ?? 'away') !== 'away').map(({ id }) => id);
    const left = rows.filter(({ id }) => !settled.includes(id)).map(({ id }) => id);
    await settle(trx, settled);
    await putOff(trx, { ids: left, probe: left.find((id) => !outcomes.has(id)) });
    if (settled.length > 0) await allDue(trx, left);
    return { claimed: rows.length, settled: settled.length };
  });
}

async function settle(trx: Transaction<Database>, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('wakes')
    .set({ delivered_at: sql<Date>`clock_timestamp()`, tries: sql<number>`tries + 1` })
    .where('id', 'in', ids)
    .execute();
}

/**
 * 1 s, 2 s, 4 s … at most a minute: what could not be delivered is tried again for as long as it takes. Where the engine itself
 * was away, one of them is the probe, which is tried every two seconds: its delivery makes all the others due ({@link allDue}).
 */
async function putOff(
  trx: Transaction<Database>,
  { ids, probe }: { ids: number[]; probe: number | undefined },
): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('wakes')
    .set({
      tries: sql<number>`tries + 1`,
      next_at: sql<Date>`clock_timestamp() + interval '1 second'
        * least(case when id = ${probe ?? -1} then 2 else 60 end, power(2, least(tries, 6)))`,
    })
    .where('id', 'in', ids)
    .execute();
}

/** The engine has taken a wake, so it is back: the others wait no longer, but for those that it has just refused. */
async function allDue(trx: Transaction<Database>, refused: number[]): Promise<void> {
  await trx
    .updateTable('wakes')
    .set({ next_at: sql<Date>`clock_timestamp()` })
    .where('delivered_at', 'is', null)
    .where('next_at', '>', sql<Date>`clock_timestamp()`)
    .$if(refused.length > 0, (query) => query.where('id', 'not in', refused))
    .execute();
}

const wakeOf = (row: {
  id: number;
  workflow_id: string;
  release_id: string | null;
  cause: string;
  revision: number;
  tries: number;
  about: WakeAbout | null;
}): Wake => ({
  id: row.id,
  workflowId: row.workflow_id,
  ...(row.release_id === null ? {} : { releaseId: row.release_id }),
  cause: row.cause,
  revision: row.revision,
  tries: row.tries,
  ...(row.about === null ? {} : { about: row.about }),
});

/** Milliseconds until the next wake is due, 0 where one is; undefined where none is left. */
export async function nextWakeInMs(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('wakes')
    .select(
      sql<number | null>`ceil(extract(epoch from min(next_at) - clock_timestamp()) * 1000)::float8`.as('ms'),
    )
    .where('delivered_at', 'is', null)
    .executeTakeFirst();
  return row?.ms === null || row?.ms === undefined ? undefined : Math.max(0, row.ms);
}

const keptMs = 7 * 24 * 3_600_000;

/** Forgets wakes that were delivered a week ago. */
export async function sweepWakes(db: Db, now: Date): Promise<void> {
  await db
    .deleteFrom('wakes')
    .where('delivered_at', '<', new Date(now.getTime() - keptMs))
    .execute();
}
