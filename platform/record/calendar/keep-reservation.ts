import type { ActionClass, Dependency, Schedule } from '../../../domain/calendar/model.ts';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import type { Db } from '../../database/open.ts';
import { currentPolicy } from '../stored-policies.ts';
import { slotsOf } from './outlook.ts';
import { conflictsOf, listReservations, type ReservationRecord } from './reservations.ts';
import { makeReservation, releaseReservation, reservationConflict, type NewReservation } from './reserve.ts';
import type { ChangeOrigin } from './write-rule.ts';

/** A start in the last stage of a release, as it is planned now; without `schedule` it starts as soon as it may. */
export interface PlannedStart {
  releaseId: string;
  title: string;
  environment: string;
  services: readonly string[];
  actionClass: ActionClass;
  schedule?: Schedule | undefined;
  /** What it waits for: the next slot is after all of it. */
  needs?: readonly Dependency[] | undefined;
}

/** Nobody plans by less: a slot that moves by seconds is the same. */
const sameMs = 60_000;

/**
 * Keeps what a release has reserved in step with when it is to start, in an exclusive environment: made, moved, or released
 * where no start is planned any more (semantics §2, "Reservation"). A slot that is open now is not reserved: it is taken. The
 * same again changes nothing. Throws RESERVATION_CONFLICT where the environment refuses what overlaps, unless `mode` says to
 * queue.
 */
export async function keepReservation(
  db: Db,
  planned: PlannedStart,
  o: ChangeOrigin & { mode?: 'queue' },
): Promise<void> {
  const { releaseId, environment, schedule } = planned;
  const [own] = (await listReservations(db, { releaseId, environment })).filter(
    ({ owner }) => owner === releaseId,
  );
  if (!schedule?.at && !schedule?.next) {
    if (own) await releaseReservation(db, { ...o, id: own.id });
    return;
  }
  if (own && schedule.at !== undefined && isSame(own, schedule.at)) return;
  const wanted = await wantedBy(db, planned, o.at);
  if (!wanted || (own && isSame(own, wanted.reservation.start))) return;
  await makeReservation(db, { ...o, ...wanted, mode: o.mode ?? wanted.mode });
}

/** Refuses a start before anything is changed where the environment refuses what overlaps. @throws RESERVATION_CONFLICT */
export async function refuseReserved(db: Db, planned: PlannedStart, now: string): Promise<void> {
  const wanted = await wantedBy(db, planned, now);
  if (wanted?.mode !== 'refuse') return;
  const [holder] = await conflictsOf(db, wanted.reservation);
  if (holder) throw await reservationConflict(db, holder);
}

/** What is to be reserved for a planned start; nothing where the environment is not exclusive, or no time is known. */
async function wantedBy(
  db: Db,
  planned: PlannedStart,
  now: string,
): Promise<{ reservation: NewReservation; mode: 'refuse' | 'queue' } | undefined> {
  const { releaseId, title, environment, schedule } = planned;
  if (schedule?.at === undefined && !schedule?.next) return undefined;
  const policy = (await currentPolicy(db))?.policy;
  const place = policy?.environments.find(({ id }) => id === environment);
  if (!policy || !place?.exclusive) return undefined;
  const span = await spanOf(db, policy, planned, now);
  if (!span) return undefined;
  return {
    reservation: { owner: releaseId, releaseId, title, environment, services: [], ...span, overlap: false },
    mode: place.reservations ?? 'queue',
  };
}

const isSame = (own: ReservationRecord, start: string): boolean =>
  Math.abs(Date.parse(own.start) - Date.parse(start)) < sameMs;

/** From the start that was asked for, or that of the next slot, as long as it takes at p90. */
async function spanOf(
  db: Db,
  policy: Policy,
  { releaseId, environment, services, actionClass, schedule, needs = [] }: PlannedStart,
  now: string,
): Promise<{ start: string; end: string } | undefined> {
  const pipeline = policy.services.find(({ id }) => id === services[0])?.pipeline ?? '';
  const stage = policy.pipelines[pipeline]?.find((one) => one.environment === environment);
  if (!stage) return undefined;
  const from = schedule?.at ?? now;
  const { need, slots } = await slotsOf(db, {
    stage,
    services,
    actionClass,
    now,
    from,
    count: 1,
    releaseId,
    needs,
  });
  const start = schedule?.at ?? slots[0]?.start;
  if (start === undefined) return undefined;
  if (schedule?.at === undefined && Date.parse(start) - Date.parse(now) < sameMs) return undefined;
  return {
    start: new Date(start).toISOString(),
    end: new Date(Date.parse(start) + need.p90Ms).toISOString(),
  };
}
