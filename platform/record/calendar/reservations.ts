import { sql, type Selectable } from 'kysely';
import type { Reservation } from '../../../domain/calendar/model.ts';
import { inTheWay } from '../../../domain/calendar/reservations.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

/** A reservation with its story. `queued`: it overlaps another one and gets its turn when that is released. */
export interface ReservationRecord extends Reservation {
  releaseId?: string;
  state: 'reserved' | 'queued' | 'released';
  reason?: string;
  createdBy: string;
  createdAt: string;
  released?: { at: string; by: string; reason: string };
  revision: number;
}

export interface ReservationFilter {
  /** Those that reach into `[from, to)`. */
  from?: string;
  to?: string;
  environment?: string;
  /** Those that keep somebody out of this service: of it, or of the whole environment. */
  service?: string;
  releaseId?: string;
  states?: ReservationRecord['state'][];
}

/** Reservations in the order of their starts; released ones only where they are asked for. */
export async function listReservations(db: Db, filter: ReservationFilter = {}): Promise<ReservationRecord[]> {
  const { from, to, environment, service, releaseId, states = ['reserved', 'queued'] } = filter;
  let query = db.selectFrom('reservations').selectAll().where('state', 'in', states);
  if (from !== undefined) query = query.where('end_at', '>', new Date(from));
  if (to !== undefined) query = query.where('start_at', '<', new Date(to));
  if (environment !== undefined) query = query.where('environment', '=', environment);
  if (releaseId !== undefined) query = query.where('release_id', '=', releaseId);
  if (service !== undefined)
    query = query.where(sql<boolean>`(services = '{}' or ${service} = any(services))`);
  const rows = await query.orderBy('start_at').orderBy('created_at').orderBy('id').execute();
  return rows.map(reservationOf);
}

export async function reservationById(db: Db, id: string): Promise<ReservationRecord | undefined> {
  const row = await db.selectFrom('reservations').selectAll().where('id', '=', id).executeTakeFirst();
  return row && reservationOf(row);
}

/**
 * What is reserved by others in the way of this one (semantics §2): the same environment, a service in common, spans that
 * overlap, and not both sides content with it. Earliest first.
 */
export async function conflictsOf(
  db: Db,
  wanted: Omit<Reservation, 'id' | 'title'> & { id?: string },
): Promise<ReservationRecord[]> {
  const { environment, start: from, end: to, id } = wanted;
  const reserved = await listReservations(db, { environment, from, to, states: ['reserved'] });
  return inTheWay(
    wanted,
    reserved.filter((one) => one.id !== id),
  );
}

export const reservationOf = (row: Selectable<Database['reservations']>): ReservationRecord => ({
  id: row.id,
  owner: row.owner,
  ...(row.release_id === null ? {} : { releaseId: row.release_id }),
  title: row.title,
  environment: row.environment,
  services: row.services,
  start: row.start_at.toISOString(),
  end: row.end_at.toISOString(),
  overlap: row.overlap,
  state: row.state,
  ...(row.reason === null ? {} : { reason: row.reason }),
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  ...(row.released_at === null
    ? {}
    : {
        released: {
          at: row.released_at.toISOString(),
          by: row.released_by ?? '',
          reason: row.released_reason ?? '',
        },
      }),
  revision: row.revision,
});
