import { sql, type Selectable } from 'kysely';
import type { CalendarRule } from '../../../domain/calendar/model.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';
import { calendarRevision } from './revision.ts';

/** A rule with its story: who made it, who changed it last, and how it ended where it has. */
export interface RuleRecord {
  rule: CalendarRule;
  createdAt: string;
  createdBy: string;
  changedAt: string;
  changedBy: string;
  retired?: { at: string; by: string; reason: string };
}

/** One state that a rule has had. `reason`: why it was made so. */
export interface RuleRevision {
  rule: CalendarRule;
  revision: number;
  change: 'added' | 'changed' | 'lifted';
  reason?: string;
  by: string;
  at: string;
}

export interface RulesInForce {
  /** Revision of the calendar as a whole that these rules are of. */
  revision: number;
  rules: readonly CalendarRule[];
}

/** What each open record said last; one transaction is never asked from here, for it may be rolled back. */
const known = new WeakMap<Db, RulesInForce>();

/**
 * All windows and freezes in force, by id. The rules are read again only when the calendar's revision has moved; both come
 * from one statement, so they belong together.
 */
export async function rulesInForce(db: Db): Promise<RulesInForce> {
  if (db.isTransaction) return readRules(db);
  const cached = known.get(db);
  if (cached && cached.revision === (await calendarRevision(db))) return cached;
  const read = await readRules(db);
  known.set(db, read);
  return read;
}

async function readRules(db: Db): Promise<RulesInForce> {
  const { rows } = await sql<RulesInForce>`
    select
      coalesce((select revision from calendar_state), 0) as revision,
      coalesce((select jsonb_agg(body order by id) from calendar_rules where retired_at is null), '[]') as rules`.execute(
    db,
  );
  return rows[0] ?? { revision: 0, rules: [] };
}

/** Rules of one kind with their story, by id; those that were lifted only where `lifted` asks for them, newest last. */
export async function listRules(
  db: Db,
  o: { kind: CalendarRule['kind']; lifted?: boolean },
): Promise<RuleRecord[]> {
  const all = db.selectFrom('calendar_rules').selectAll().where('kind', '=', o.kind);
  const wanted = o.lifted ? all : all.where('retired_at', 'is', null);
  const rows = await wanted
    .orderBy('retired_at', (order) => order.asc().nullsFirst())
    .orderBy('id')
    .execute();
  return rows.map(recordOf);
}

/** A rule by its id, lifted or not. */
export async function ruleById(db: Db, id: string): Promise<RuleRecord | undefined> {
  const row = await db.selectFrom('calendar_rules').selectAll().where('id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

/** Everything that a rule has been, oldest first. */
export async function ruleHistory(db: Db, id: string): Promise<RuleRevision[]> {
  const rows = await db
    .selectFrom('calendar_rule_revisions')
    .selectAll()
    .where('rule_id', '=', id)
    .orderBy('revision')
    .execute();
  return rows.map((row) => ({
    rule: row.body,
    revision: row.revision,
    change: row.change,
    ...(row.reason === null ? {} : { reason: row.reason }),
    by: row.by_id,
    at: row.at.toISOString(),
  }));
}

export const recordOf = (row: Selectable<Database['calendar_rules']>): RuleRecord => ({
  rule: row.body,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  changedAt: row.changed_at.toISOString(),
  changedBy: row.changed_by,
  ...(row.retired_at === null
    ? {}
    : {
        retired: {
          at: row.retired_at.toISOString(),
          by: row.retired_by ?? '',
          reason: row.retired_reason ?? '',
        },
      }),
});
