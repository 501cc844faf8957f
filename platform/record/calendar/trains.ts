import { sql, type Selectable } from 'kysely';
import type { NewEvent } from '../../../domain/release/events.ts';
import type { Boarded, DepartureState, LeftBehind, TrainDefinition } from '../../../domain/trains/model.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';
import { appendEvents } from '../append.ts';

/** A train of the policy and how it stands. `stopped`: two departures in a row failed. */
export interface TrainRecord {
  definition: TrainDefinition;
  revision: number;
  state: 'running' | 'held' | 'stopped';
  /** Why it is held or stopped. */
  because?: string;
  failedInARow: number;
  /** Departures up to this one do not count as failures: a person has started it again since. */
  forgivenUpTo: number;
  changedAt: string;
  retiredAt?: string;
}

/** One departure of a train. `scheduledAt` is what the rhythm says, `departsAt` what is meant after a delay. */
export interface DepartureRecord {
  train: string;
  number: number;
  scheduledAt: string;
  departsAt: string;
  cutoffAt: string;
  state: DepartureState;
  releaseId?: string;
  boarded: Boarded[];
  leftBehind: LeftBehind[];
  because?: string;
  revision: number;
  updatedAt: string;
}

/** The trains of the policy in force, by id. */
export async function listTrains(db: Db): Promise<TrainRecord[]> {
  const rows = await db
    .selectFrom('trains')
    .selectAll()
    .where('retired_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(trainOf);
}

/** A train by its id; one that the policy has no more has `retiredAt`. */
export async function trainById(db: Db, id: string): Promise<TrainRecord | undefined> {
  const row = await db.selectFrom('trains').selectAll().where('id', '=', id).executeTakeFirst();
  return row && trainOf(row);
}

/** Notes how a train stands; `failedInARow` and `forgivenUpTo` are kept where they are left out. */
export async function setTrainState(
  trx: Db,
  o: Pick<TrainRecord, 'state' | 'because'> &
    Partial<Pick<TrainRecord, 'failedInARow' | 'forgivenUpTo'>> & { train: string; at: string },
): Promise<void> {
  await trx
    .updateTable('trains')
    .set({
      state: o.state,
      because: o.because ?? null,
      changed_at: o.at,
      ...(o.failedInARow === undefined ? {} : { failed_in_a_row: o.failedInARow }),
      ...(o.forgivenUpTo === undefined ? {} : { forgiven_up_to: o.forgivenUpTo }),
    })
    .where('id', '=', o.train)
    .execute();
}

/**
 * Puts the trains of a policy in force in the place of those before, in its transaction. Answers the ids of those that
 * were added, changed or retired: their workflows are to be told.
 */
export async function syncTrains(
  trx: Db,
  o: { trains: readonly TrainDefinition[]; at: string },
): Promise<string[]> {
  const touched: string[] = [];
  for (const train of o.trains) {
    const definition = JSON.stringify(train);
    const changed = { definition, changed_at: o.at, retired_at: null };
    const row = await trx
      .insertInto('trains')
      .values({ id: train.id, revision: 1, state: 'running', ...changed })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ ...changed, revision: sql<number>`trains.revision + 1` })
          .where(
            sql<boolean>`(trains.definition is distinct from excluded.definition or trains.retired_at is not null)`,
          ),
      )
      .returning('id')
      .executeTakeFirst();
    if (row) touched.push(row.id);
  }
  const ids = o.trains.map(({ id }) => id);
  const gone = await trx
    .updateTable('trains')
    .set({ retired_at: o.at, changed_at: o.at, revision: sql<number>`revision + 1` })
    .where('retired_at', 'is', null)
    .where(sql<boolean>`not (id = any(${ids}::text[]))`)
    .returning('id')
    .execute();
  return [...touched, ...gone.map(({ id }) => id)];
}

/**
 * Writes a departure as it stands now, with the events that say so; the same again changes nothing. The events are those
 * of the train, and so of no release.
 */
export async function saveDeparture(
  db: Db,
  o: { departure: Omit<DepartureRecord, 'revision' | 'updatedAt'>; at: string; events?: readonly NewEvent[] },
): Promise<void> {
  const { departure, at, events = [] } = o;
  const columns = {
    scheduled_at: departure.scheduledAt,
    departs_at: departure.departsAt,
    cutoff_at: departure.cutoffAt,
    state: departure.state,
    release_id: departure.releaseId ?? null,
    boarded: JSON.stringify(departure.boarded),
    left_behind: JSON.stringify(departure.leftBehind),
    because: departure.because ?? null,
    updated_at: at,
  };
  await inTransaction(db, async (trx) => {
    await trx
      .insertInto('train_departures')
      .values({ train_id: departure.train, number: departure.number, ...columns })
      .onConflict((conflict) =>
        conflict
          .columns(['train_id', 'number'])
          .doUpdateSet({ ...columns, revision: sql<number>`train_departures.revision + 1` }),
      )
      .execute();
    await appendEvents(trx, null, events);
  });
}

/** Departures of one train, the newest first. */
export async function departuresOf(db: Db, o: { train: string; limit: number }): Promise<DepartureRecord[]> {
  const rows = await db
    .selectFrom('train_departures')
    .selectAll()
    .where('train_id', '=', o.train)
    .orderBy('number', 'desc')
    .limit(o.limit)
    .execute();
  return rows.map(departureOf);
}

export async function departureByNumber(
  db: Db,
  train: string,
  number: number,
): Promise<DepartureRecord | undefined> {
  const row = await db
    .selectFrom('train_departures')
    .selectAll()
    .where('train_id', '=', train)
    .where('number', '=', number)
    .executeTakeFirst();
  return row && departureOf(row);
}

/** Departures within `[from, to)`, earliest first. */
export async function departuresBetween(db: Db, o: { from: string; to: string }): Promise<DepartureRecord[]> {
  const rows = await db
    .selectFrom('train_departures')
    .selectAll()
    .where('departs_at', '>=', new Date(o.from))
    .where('departs_at', '<', new Date(o.to))
    .orderBy('departs_at')
    .orderBy('train_id')
    .execute();
  return rows.map(departureOf);
}

const trainOf = (row: Selectable<Database['trains']>): TrainRecord => ({
  definition: row.definition,
  revision: row.revision,
  state: row.state,
  ...(row.because === null ? {} : { because: row.because }),
  failedInARow: row.failed_in_a_row,
  forgivenUpTo: row.forgiven_up_to,
  changedAt: row.changed_at.toISOString(),
  ...(row.retired_at === null ? {} : { retiredAt: row.retired_at.toISOString() }),
});

const departureOf = (row: Selectable<Database['train_departures']>): DepartureRecord => ({
  train: row.train_id,
  number: row.number,
  scheduledAt: row.scheduled_at.toISOString(),
  departsAt: row.departs_at.toISOString(),
  cutoffAt: row.cutoff_at.toISOString(),
  state: row.state,
  ...(row.release_id === null ? {} : { releaseId: row.release_id }),
  boarded: row.boarded,
  leftBehind: row.left_behind,
  ...(row.because === null ? {} : { because: row.because }),
  revision: row.revision,
  updatedAt: row.updated_at.toISOString(),
});
