import { sql, type Selectable } from 'kysely';
import type { Absence } from '../../domain/gates/approvals/stand-ins.ts';
import { instantText } from '../../domain/instant-text.ts';
import type { NameOf } from '../../domain/release/names.ts';
import type { Actor } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { GantryError } from '../errors.ts';
import { newId } from '../ids.ts';
import { appendEvents } from './append.ts';
import { personNames } from './person-names.ts';

/** An absence as people see it. `until` is when it really ends: earlier than planned where it was ended. */
export interface AbsenceRow extends Absence {
  id: string;
  createdBy: string;
  createdAt: string;
  endedAt?: string;
}

interface Told {
  by: Actor;
  at: string;
  requestId: string;
}

/**
 * Writes down that a person does not work in `[from, until)`.
 * @throws ABSENCE_OVERLAPS where that person is away in some of that time already: of two, nobody could tell who stands in
 */
export async function addAbsence(db: Db, wanted: Absence & Told): Promise<AbsenceRow> {
  const id = newId('abs');
  const { person, from, until, delegate, by, at, requestId } = wanted;
  return inTransaction(db, async (trx) => {
    const nameOf = await personNames(trx);
    await refuseOverlap(trx, wanted, nameOf);
    const row = await trx
      .insertInto('absences')
      .values({
        id,
        person,
        starts_at: from,
        ends_at: until,
        delegate: delegate ?? null,
        created_by: by.person ?? by.id,
        created_at: at,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await appendEvents(trx, null, [
      {
        key: `absence/${id}/added`,
        at,
        actor: by,
        action: 'absence.added',
        object: person,
        sentence: `${nameOf(person)} is away from ${instantText(from)} to ${instantText(until)}${delegate === undefined ? '' : `; ${nameOf(delegate)} stands in`}.`,
        requestId,
        facts: { absence: id, person, from, until, ...(delegate === undefined ? {} : { delegate }) },
      },
    ]);
    return absenceOf(row);
  });
}

async function refuseOverlap(
  trx: Db,
  { person, from, until, delegate }: Absence,
  nameOf: NameOf,
): Promise<void> {
  // two at the same moment would not see each other
  await sql`select pg_advisory_xact_lock(hashtextextended(${`absence/${person}`}, 0))`.execute(trx);
  const known = await trx
    .selectFrom('absences')
    .selectAll()
    .where('person', '=', person)
    .where('starts_at', '<', new Date(until))
    .where(sql<Date>`least(ends_at, ended_at)`, '>', new Date(from))
    .where(sql<boolean>`coalesce(ended_at > starts_at, true)`) // not one that was taken back before it began
    .orderBy('starts_at')
    .executeTakeFirst();
  if (!known) return;
  const other = absenceOf(known);
  const isCovered =
    Date.parse(other.from) <= Date.parse(from) &&
    Date.parse(until) <= Date.parse(other.until) &&
    other.delegate === delegate;
  const who = other.delegate === undefined ? 'nobody stands in' : `${nameOf(other.delegate)} stands in`;
  throw new GantryError('ABSENCE_OVERLAPS', {
    detail: `${nameOf(person)} is away from ${instantText(other.from)} to ${instantText(other.until)} already (${other.id}; ${who})`,
    fix: isCovered
      ? 'Nothing needs to be done: that absence covers this one.'
      : `Give times before or after it; or end it with \`gantry away end ${other.id}\`, and say anew from when to when it is.`,
  });
}

/** Ends an absence now, or takes it back where it has not begun; one that is over stays as it is. */
export async function endAbsence(
  db: Db,
  { id, by, at, requestId }: { id: string } & Told,
): Promise<AbsenceRow | undefined> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('absences')
      .set({ ended_by: by.id, ended_at: at })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .where('ends_at', '>', new Date(at))
      .returningAll()
      .executeTakeFirst();
    if (!row) return absenceById(trx, id);
    const nameOf = await personNames(trx);
    await appendEvents(trx, null, [
      {
        key: `absence/${id}/ended`,
        at,
        actor: by,
        action: 'absence.ended',
        object: row.person,
        sentence: `${nameOf(row.person)} is no longer away; it was to last until ${instantText(row.ends_at.toISOString())}.`,
        requestId,
        facts: { absence: id, person: row.person },
      },
    ]);
    return absenceOf(row);
  });
}

export async function absenceById(db: Db, id: string): Promise<AbsenceRow | undefined> {
  const row = await db.selectFrom('absences').selectAll().where('id', '=', id).executeTakeFirst();
  return row && absenceOf(row);
}

/** Absences that are not over at an instant, those that begin first before the others. */
export async function absencesAhead(db: Db, at: string): Promise<AbsenceRow[]> {
  const rows = await db
    .selectFrom('absences')
    .selectAll()
    .where(sql<Date>`least(ends_at, ended_at)`, '>', new Date(at))
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
  return rows.map(absenceOf);
}

/** Who is away at an instant. */
export async function absencesAt(db: Db, at: string): Promise<Absence[]> {
  return awayAt(await absencesAhead(db, at), at);
}

/** Those of some absences that last at an instant. */
export const awayAt = (absences: readonly AbsenceRow[], at: string): Absence[] =>
  absences
    .filter(({ from, until }) => Date.parse(from) <= Date.parse(at) && Date.parse(at) < Date.parse(until))
    .map(({ person, from, until, delegate }) => ({
      person,
      from,
      until,
      ...(delegate === undefined ? {} : { delegate }),
    }));

const absenceOf = (row: Selectable<Database['absences']>): AbsenceRow => ({
  id: row.id,
  person: row.person,
  from: row.starts_at.toISOString(),
  until: new Date(
    Math.min(row.ends_at.getTime(), row.ended_at?.getTime() ?? row.ends_at.getTime()),
  ).toISOString(),
  ...(row.delegate === null ? {} : { delegate: row.delegate }),
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
});
