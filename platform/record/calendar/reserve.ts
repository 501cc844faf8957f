import { sql } from 'kysely';
import type { Reservation } from '../../../domain/calendar/model.ts';
import { instantText } from '../../../domain/instant-text.ts';
import type { NewEvent } from '../../../domain/release/events.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { appendEvents } from '../append.ts';
import { openReleasesByStage } from './concerned.ts';
import { conflictsOf, reservationById, reservationOf, type ReservationRecord } from './reservations.ts';
import { raiseRevision } from './revision.ts';
import { addWakes } from './wakes.ts';
import { actorNamed, personNames } from '../person-names.ts';
import { whoOf, type ChangeOrigin } from './write-rule.ts';

/** A span as somebody wants it. `owner` is the release's id where it is for a release. */
export type NewReservation = Omit<Reservation, 'id'> & { releaseId?: string };

/** Who holds what is in the way of a reservation that has to wait for its turn. */
export interface Reserved {
  reservation: ReservationRecord;
  behind: ReservationRecord[];
}

/**
 * Reserves an environment, or some of its services, for a span of time. Where somebody else has it, `mode` decides: refuse,
 * or queue until that one is released. A release that asks again for the same environment and services moves the
 * reservation that it has. Throws RESERVATION_CONFLICT and REQUEST_INVALID.
 */
export async function makeReservation(
  db: Db,
  o: ChangeOrigin & { reservation: NewReservation; mode: 'refuse' | 'queue' },
): Promise<Reserved> {
  const { reservation: wanted, mode } = o;
  if (!(Date.parse(wanted.start) < Date.parse(wanted.end)))
    throw new GantryError('REQUEST_INVALID', { detail: 'a reservation ends after it starts' });
  return inTransaction(db, async (trx) => {
    // Nobody else changes the calendar from here on, so two who want the same cannot both find it free.
    const revision = await raiseRevision(trx);
    const own = await ownOf(trx, wanted);
    const behind = await conflictsOf(trx, { ...wanted, ...(own ? { id: own.id } : {}) });
    const [holder] = behind;
    if (holder && mode === 'refuse') throw await reservationConflict(trx, holder);
    const id = own?.id ?? newId('rsv');
    const state = holder ? ('queued' as const) : ('reserved' as const);
    const written = await write(trx, { ...o, id, state, ...(own ? { own } : {}) });
    const sentence = madeSentence(written, await actorNamed(trx, o.by), holder);
    if (own) await promote(trx, written.environment, o, revision);
    await wakeOthers(trx, written, sentence, revision);
    await tell(trx, written, 'reservation.made', `made/${written.revision}`, o, sentence);
    return { reservation: written, behind };
  });
}

/**
 * Ends a reservation; ending it again changes nothing. Those that were queued behind it get their turn in the order in
 * which they came, and whoever waits is woken. Throws NOT_FOUND.
 */
export async function releaseReservation(
  db: Db,
  o: ChangeOrigin & { id: string },
): Promise<ReservationRecord> {
  return inTransaction(db, async (trx) => {
    const revision = await raiseRevision(trx);
    const known = await reservationById(trx, o.id);
    if (!known) throw new GantryError('NOT_FOUND', { what: 'reservation', id: o.id });
    return known.state === 'released' ? known : end(trx, known, o, revision);
  });
}

/** Ends whatever a release still has reserved, in the transaction that ends it. Answers how many that were. */
export async function releaseReservationsOf(
  trx: Db,
  o: ChangeOrigin & { releaseId: string; environment?: string },
): Promise<number> {
  let query = trx
    .selectFrom('reservations')
    .selectAll()
    .where('release_id', '=', o.releaseId)
    .where('state', '!=', 'released');
  if (o.environment !== undefined) query = query.where('environment', '=', o.environment);
  const rows = await query.orderBy('start_at').execute();
  if (rows.length === 0) return 0;
  const revision = await raiseRevision(trx);
  for (const row of rows) await end(trx, reservationOf(row), o, revision);
  return rows.length;
}

async function end(
  trx: Db,
  known: ReservationRecord,
  o: ChangeOrigin,
  revision: number,
): Promise<ReservationRecord> {
  const row = await trx
    .updateTable('reservations')
    .set({
      state: 'released',
      released_at: o.at,
      released_by: whoOf(o.by),
      released_reason: o.reason ?? '',
      revision: sql<number>`revision + 1`,
    })
    .where('id', '=', known.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const ended = reservationOf(row);
  const sentence = `${await actorNamed(trx, o.by)} released ${placeOf(ended)}, reserved for ${ended.title}.`;
  await promote(trx, ended.environment, o, revision);
  await wakeOthers(trx, ended, sentence, revision);
  await tell(trx, ended, 'reservation.released', 'released', o, sentence);
  return ended;
}

/** What a release has in this place already. */
async function ownOf(trx: Db, wanted: NewReservation): Promise<ReservationRecord | undefined> {
  if (wanted.releaseId === undefined) return undefined;
  const row = await trx
    .selectFrom('reservations')
    .selectAll()
    .where('release_id', '=', wanted.releaseId)
    .where('environment', '=', wanted.environment)
    .where(sql<boolean>`services = ${wanted.services}::text[]`)
    .where('state', '!=', 'released')
    .orderBy('created_at')
    .executeTakeFirst();
  return row && reservationOf(row);
}

async function write(
  trx: Db,
  o: ChangeOrigin & {
    reservation: NewReservation;
    id: string;
    state: 'reserved' | 'queued';
    own?: ReservationRecord;
  },
): Promise<ReservationRecord> {
  const { reservation: wanted, id, state, own } = o;
  const span = {
    title: wanted.title,
    start_at: wanted.start,
    end_at: wanted.end,
    overlap: wanted.overlap,
    reason: o.reason ?? null,
    state,
  };
  const row = own
    ? await trx
        .updateTable('reservations')
        .set({ ...span, revision: sql<number>`revision + 1` })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
    : await trx
        .insertInto('reservations')
        .values({
          id,
          owner: wanted.owner,
          release_id: wanted.releaseId ?? null,
          environment: wanted.environment,
          services: wanted.services,
          ...span,
          created_by: whoOf(o.by),
          created_at: o.at,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
  return reservationOf(row);
}

/** Lets those in the queue of an environment have their turn whom nobody stands in the way of any more. */
async function promote(trx: Db, environment: string, o: ChangeOrigin, revision: number): Promise<void> {
  const queued = await trx
    .selectFrom('reservations')
    .selectAll()
    .where('environment', '=', environment)
    .where('state', '=', 'queued')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  for (const row of queued) {
    const next = reservationOf(row);
    if ((await conflictsOf(trx, next)).length > 0) continue;
    const moved = await trx
      .updateTable('reservations')
      .set({ state: 'reserved', revision: sql<number>`revision + 1` })
      .where('id', '=', next.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const sentence = `It is the turn of ${next.title}: ${placeOf(next)} is reserved for it ${spanOf(next)}.`;
    await wakeOthers(trx, next, sentence, revision);
    const promoted = reservationOf(moved);
    await tell(trx, promoted, 'reservation.made', `made/${promoted.revision}`, o, sentence);
  }
}

/** Open releases that still go there; the one that it is for is among them. */
async function wakeOthers(
  trx: Db,
  { environment, services }: ReservationRecord,
  cause: string,
  revision: number,
): Promise<void> {
  const open = await openReleasesByStage(trx);
  const waiting = open.filter(
    (release) =>
      (release.environments === undefined || release.environments.includes(environment)) &&
      (services.length === 0 || release.services.some((service) => services.includes(service))),
  );
  await addWakes(trx, { waiting, cause, revision });
}

async function tell(
  trx: Db,
  reservation: ReservationRecord,
  action: NewEvent['action'],
  key: string,
  o: ChangeOrigin,
  sentence: string,
): Promise<void> {
  const { id, releaseId, environment, services, start, end: until, state, owner } = reservation;
  await appendEvents(trx, releaseId ?? null, [
    {
      key: `reservation/${id}/${key}`,
      at: o.at,
      actor: o.by,
      action,
      object: environment,
      sentence,
      ...(o.reason === undefined ? {} : { reason: o.reason }),
      ...(o.requestId === undefined ? {} : { requestId: o.requestId }),
      facts: { reservationId: id, owner, services, start, end: until, state },
    },
  ]);
}

function madeSentence(made: ReservationRecord, by: string, holder: ReservationRecord | undefined): string {
  const what = `${placeOf(made)} for ${made.title} ${spanOf(made)}`;
  return holder
    ? `${by} queued for ${what}, behind ${holder.title} (until ${instantText(holder.end)}).`
    : `${by} reserved ${what}.`;
}

const placeOf = ({ environment, services }: ReservationRecord): string =>
  services.length === 0 ? environment : `${services.join(', ')} in ${environment}`;

const spanOf = ({ start, end: until }: ReservationRecord): string =>
  `from ${instantText(start)} to ${instantText(until)}`;

export const reservationConflict = async (db: Db, holder: ReservationRecord): Promise<GantryError> =>
  new GantryError('RESERVATION_CONFLICT', {
    environment: holder.environment,
    holder: holder.title,
    detail: `${spanOf(holder)}, reserved by ${(await personNames(db))(holder.createdBy)}`,
  });
