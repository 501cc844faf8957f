import { instantOf } from '../../domain/calendar/resolve-local.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import {
  endOfRides,
  failuresInARow,
  nextDeparture,
  type PastDeparture,
} from '../../domain/trains/schedule.ts';
import type { Db } from '../../platform/database/open.ts';
import {
  departureByNumber,
  departuresOf,
  setTrainState,
  trainById,
  type DepartureRecord,
} from '../../platform/record/calendar/trains.ts';
import { readRelease } from '../../platform/record/releases.ts';
import type { DeparturePlan, PlanDepartureInput } from '../contract.ts';
import { departuresAfter } from '../../domain/trains/departures.ts';

/** A departure that nobody was there for is made up for this long. */
const latenessMs = 3_600_000;
/** So many departures back are looked at for failures in a row. */
const lookedBack = 10;

/** When a train leaves next, from the policy in force; and whether it may. */
export async function planDeparture(db: Db, input: PlanDepartureInput): Promise<DeparturePlan> {
  const train = await trainById(db, input.train);
  if (!train || train.retiredAt !== undefined) return { kind: 'gone' };
  const failures = failuresInARow(await pastDepartures(db, input.train), input.forgivenUpTo);
  const oldest = Date.parse(input.now) - latenessMs;
  const begun = begunOf(await departureByNumber(db, input.train, input.number), oldest);
  const next = nextDeparture({
    train: input.train,
    rhythm: departuresAfter(train.definition, Math.max(Date.parse(input.after), oldest)),
    cutoffMs: durationMs(train.definition.cutoff),
    now: oldest,
    failures,
    ...(begun ? { begun } : {}),
  });
  if (next.kind !== 'departure') {
    if (next.kind === 'stopped')
      await setTrainState(db, {
        train: input.train,
        state: 'stopped',
        because: next.because,
        failedInARow: failures,
        at: input.now,
      });
    return next;
  }
  if (train.state !== 'held')
    await setTrainState(db, {
      train: input.train,
      state: 'running',
      failedInARow: failures,
      at: input.now,
    });
  return {
    kind: 'departure',
    number: input.number,
    scheduledAt: instantOf(next.scheduledAt),
    departsAt: instantOf(next.departsAt),
    cutoffAt: instantOf(next.cutoffAt),
  };
}

/** A departure that was delayed keeps its new time, also where the train was held and goes on; one that has passed is over. */
function begunOf(
  known: DepartureRecord | undefined,
  oldest: number,
): { scheduledAt: number; departsAt: number } | undefined {
  if (!known || ['departed', 'skipped', 'failed'].includes(known.state)) return undefined;
  if (known.departsAt === known.scheduledAt) return undefined;
  const departsAt = Date.parse(known.departsAt);
  return departsAt > oldest ? { scheduledAt: Date.parse(known.scheduledAt), departsAt } : undefined;
}

async function pastDepartures(db: Db, train: string): Promise<PastDeparture[]> {
  const last = await departuresOf(db, { train, limit: lookedBack });
  return Promise.all(
    last.map(async ({ number, state, releaseId, boarded }): Promise<PastDeparture> => {
      const ids = [releaseId, ...boarded.map((one) => one.releaseId)].filter((id) => id !== undefined);
      const releases = await Promise.all(ids.map((id) => readRelease(db, id)));
      const release = endOfRides(releases.flatMap((one) => (one ? [one.state] : [])));
      return { number, state, ...(release === undefined ? {} : { release }) };
    }),
  );
}
