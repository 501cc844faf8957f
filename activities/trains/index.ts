import semver from 'semver';
import { instantOf } from '../../domain/calendar/resolve-local.ts';
import { spansOf } from '../../domain/calendar/occurrences.ts';
import { instantText } from '../../domain/instant-text.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { board, type Passenger } from '../../domain/trains/board.ts';
import type { TrainDefinition } from '../../domain/trains/model.ts';
import type { Config } from '../../platform/config.ts';
import { inTransaction, type Db } from '../../platform/database/open.ts';
import {
  departureByNumber,
  departuresOf,
  saveDeparture,
  setTrainState,
  trainById,
} from '../../platform/record/calendar/trains.ts';
import { orderRelease } from '../../platform/record/order-release.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { GantryError } from '../../platform/errors.ts';
import type { Activities, BoardInput, PlanDepartureInput } from '../contract.ts';

type TrainActivities = Pick<Activities, 'planDeparture' | 'boardTrain' | 'departTrain' | 'recordTrain'>;

const day = 86_400_000;
/** A departure that nobody was there for is made up for this long. */
const latenessMs = 3_600_000;
const gantry = { id: 'gantry', kind: 'system' as const };

/** What the workflow of a train asks of the record. */
export function createTrains(db: Db, config: Pick<Config, 'publicUrl'>): TrainActivities {
  return {
    planDeparture: async (input) => planDeparture(db, input),
    boardTrain: async (input) => boardTrain(db, input),
    departTrain: async (input) => departTrain(db, config, input),
    recordTrain: async (input) => recordTrain(db, input),
  };
}

/** Departures of the rhythm after an instant, epoch milliseconds, earliest first, as far as is looked ahead. */
function departuresAfter({ id, departure }: TrainDefinition, after: number): number[] {
  const rule = {
    id,
    kind: 'window' as const,
    scope: { services: [], environments: [], labels: [] },
    origin: 'policy' as const,
    revision: 1,
    zone: departure.zone,
    start: departure.start,
    rrule: departure.rrule,
    duration: '1m',
  };
  return spansOf(rule, after, after + 400 * day)
    .map(({ start }) => start)
    .filter((start) => start > after);
}

async function planDeparture(
  db: Db,
  input: PlanDepartureInput,
): ReturnType<TrainActivities['planDeparture']> {
  const train = await trainById(db, input.train);
  if (!train || train.retiredAt !== undefined) return { kind: 'gone' };
  const failed = await failedInARow(db, input);
  if (failed >= 2) {
    const because = `Two departures of train ${input.train} failed in a row: somebody must start it again.`;
    await setTrainState(db, {
      train: input.train,
      state: 'stopped',
      because,
      failedInARow: failed,
      at: input.now,
    });
    return { kind: 'stopped', because };
  }
  // What was missed while it was held, or while nothing ran, is over: it does not leave once for each of them.
  const since = Math.max(Date.parse(input.after), Date.parse(input.now) - latenessMs);
  const [scheduled] = departuresAfter(train.definition, since);
  if (scheduled === undefined)
    return { kind: 'none', because: `Train ${input.train} has no departure in the next 400 days.` };
  const known = await departureByNumber(db, input.train, input.number);
  const departsAt = known?.state === 'delayed' ? Date.parse(known.departsAt) : scheduled;
  const cutoffAt = departsAt - durationMs(train.definition.cutoff);
  if (train.state !== 'held')
    await setTrainState(db, { train: input.train, state: 'running', failedInARow: failed, at: input.now });
  return {
    kind: 'departure',
    number: input.number,
    scheduledAt: instantOf(scheduled),
    departsAt: instantOf(departsAt),
    cutoffAt: instantOf(cutoffAt),
  };
}

/** How many of the last departures ended without success, one after another, up to the last that was forgiven. */
async function failedInARow(db: Db, input: PlanDepartureInput): Promise<number> {
  const last = await departuresOf(db, { train: input.train, limit: 5 });
  let failed = 0;
  for (const departure of last) {
    if (departure.number <= input.forgivenUpTo) break;
    if (departure.releaseId === undefined) continue;
    const release = await readRelease(db, departure.releaseId);
    if (!release?.ended) continue;
    if (release.state === 'succeeded') break;
    failed += 1;
  }
  return failed;
}

async function boardTrain(db: Db, input: BoardInput): ReturnType<TrainActivities['boardTrain']> {
  const train = await trainById(db, input.train);
  if (!train) return { aboard: [], left: [], missing: [], because: 'The train is gone.' };
  const { definition } = train;
  const passengers: Passenger[] = [];
  for (const seat of definition.services)
    passengers.push(await passengerOf(db, definition, seat, input.cutoffAt));
  const [next] = departuresAfter(definition, Date.parse(input.scheduledAt));
  const boarding = board(passengers, {
    cutoffAt: input.cutoffAt,
    isLeaving: input.isLeaving,
    ...(next === undefined ? {} : { next: instantOf(next) }),
  });
  const waits = boarding.missing.map(({ because }) => because).join(' ');
  const because =
    boarding.missing.length > 0
      ? `${waits} ${definition.captain} decides: leave without it, delay the train, or skip this departure.`
      : `Boarded: ${boarding.aboard.map(({ service, version }) => `${service} ${version}`).join(', ') || 'nobody'}.`;
  await saveDeparture(db, {
    departure: {
      train: input.train,
      number: input.number,
      scheduledAt: input.scheduledAt,
      departsAt: input.departsAt,
      cutoffAt: input.cutoffAt,
      state: 'boarding',
      boarded: boarding.aboard,
      leftBehind: [...boarding.left, ...boarding.missing],
      because,
    },
    at: input.now,
    events: [
      {
        key: `train/${input.train}/${input.number}/boarded/${input.isLeaving ? 'left' : input.cutoffAt}`,
        at: input.now,
        actor: gantry,
        action: 'train.boarded',
        object: `train ${input.train}`,
        sentence: `Train ${input.train}, departure ${input.number}: ${because}`,
      },
    ],
  });
  return { ...boarding, because };
}

/** The newest version of a service that has finished the stage before the train's, and what runs where the train goes. */
async function passengerOf(
  db: Db,
  { to }: TrainDefinition,
  { service, required }: TrainDefinition['services'][number],
  cutoffAt: string,
): Promise<Passenger> {
  const before = await stageBefore(db, service, to);
  const runs = await db
    .selectFrom('running')
    .select('version')
    .where('environment', '=', to)
    .where('service', '=', service)
    .executeTakeFirst();
  const rows =
    before === undefined
      ? []
      : await db
          .selectFrom('deployments')
          .select(['version', 'digest', 'ended_at'])
          .where('environment', '=', before)
          .where('service', '=', service)
          .where('status', '=', 'succeeded')
          .where('ended_at', 'is not', null)
          .execute();
  const ready = rows.filter((row) => row.ended_at && semver.valid(row.version));
  const newestFirst = ready.sort((a, b) => semver.rcompare(a.version, b.version));
  const inTime = newestFirst.find((row) => (row.ended_at?.getTime() ?? 0) < Date.parse(cutoffAt));
  const newest = inTime ?? newestFirst[0];
  if (!newest?.ended_at) return { service, required, ...(runs ? { running: runs.version } : {}) };
  const isBehind =
    runs !== undefined && semver.valid(runs.version) !== null && semver.lte(newest.version, runs.version);
  return {
    service,
    required,
    candidate: {
      service,
      version: newest.version,
      ...(newest.digest === null ? {} : { digest: newest.digest }),
      readyAt: newest.ended_at.toISOString(),
    },
    ...(runs ? { running: runs.version } : {}),
    isBehind,
  };
}

async function stageBefore(db: Db, service: string, to: string): Promise<string | undefined> {
  const policy = (await currentPolicy(db))?.policy;
  const pipeline = policy?.services.find(({ id }) => id === service)?.pipeline ?? '';
  const stages = policy?.pipelines[pipeline] ?? [];
  const index = stages.findIndex(({ environment }) => environment === to);
  return index > 0 ? stages[index - 1]?.environment : undefined;
}

async function departTrain(
  db: Db,
  config: Pick<Config, 'publicUrl'>,
  input: Parameters<TrainActivities['departTrain']>[0],
): ReturnType<TrainActivities['departTrain']> {
  const { train, number, aboard, left } = input;
  const definition = (await trainById(db, train))?.definition;
  const known = await departureByNumber(db, train, number);
  if (known?.state === 'departed' || known?.state === 'failed')
    return { because: known.because ?? 'It has departed.' };
  return inTransaction(db, async (trx) => {
    const releaseId = `train-${train}-${number}`;
    let because = `Train ${train} left empty: nobody was ready.`;
    let state: 'departed' | 'failed' = 'departed';
    if (aboard.length > 0 && definition)
      try {
        await orderRelease(
          trx,
          {
            id: releaseId,
            components: aboard,
            intent: 'deploy',
            to: definition.to,
            reason: `departure ${number} of train ${train}`,
            by: { id: `train:${train}`, kind: 'system', person: definition.captain },
            train: { id: train, departure: number },
          },
          { now: new Date(input.now), publicUrl: config.publicUrl },
        );
        because = `${aboard.map(({ service, version }) => `${service} ${version}`).join(', ')} left with train ${train}.`;
      } catch (error) {
        if (!(error instanceof GantryError)) throw error;
        state = 'failed';
        because = `Train ${train} could not leave: ${error.problem.detail}`;
      }
    await saveDeparture(trx, {
      departure: {
        train,
        number,
        scheduledAt: input.scheduledAt,
        departsAt: input.departsAt,
        cutoffAt: input.cutoffAt,
        state,
        ...(state === 'departed' && aboard.length > 0 ? { releaseId } : {}),
        boarded: aboard,
        leftBehind: left,
        because,
      },
      at: input.now,
      events: [
        {
          key: `train/${train}/${number}/departed`,
          at: input.now,
          actor: gantry,
          action: 'train.departed',
          object: `train ${train}`,
          sentence: because,
          facts: { departure: number, aboard: aboard.map(({ service, version }) => `${service}@${version}`) },
        },
        ...left.map(({ service, because: why, next }) => ({
          key: `train/${train}/${number}/left/${service}`,
          at: input.now,
          actor: gantry,
          action: 'train.leftBehind' as const,
          object: service,
          sentence: `${why}${next === undefined ? '' : ` It can take the departure of ${instantText(next)}.`}`,
        })),
      ],
    });
    return { because };
  });
}

const done = {
  skip: ['train.skipped', 'skipped', 'skips'],
  delay: ['train.delayed', 'delayed', 'delays'],
  hold: ['train.held', 'held', 'holds'],
  resume: ['train.resumed', 'planned', 'starts'],
  leave: ['train.boarded', 'boarding', 'lets go without those who are missing'],
} as const;

async function recordTrain(db: Db, input: Parameters<TrainActivities['recordTrain']>[0]): Promise<void> {
  const [action, state, word] = done[input.command];
  const until =
    input.command === 'delay' && input.until !== undefined ? ` to ${instantText(input.until)}` : '';
  const event = {
    key: `train/${input.train}/${input.key}`,
    at: input.now,
    actor: input.by,
    action,
    object: `train ${input.train}`,
    sentence: `${input.by.person ?? input.by.id} ${word} departure ${input.number} of train ${input.train}${until}.`,
    ...(input.reason === undefined ? {} : { reason: input.reason }),
  };
  const known = await departureByNumber(db, input.train, input.number);
  const dates = input.plan ?? known;
  if (!dates) return;
  await inTransaction(db, async (trx) => {
    await saveDeparture(trx, {
      departure: {
        train: input.train,
        number: input.number,
        scheduledAt: dates.scheduledAt,
        departsAt: input.command === 'delay' && input.until !== undefined ? input.until : dates.departsAt,
        cutoffAt: dates.cutoffAt,
        state,
        boarded: known?.boarded ?? [],
        leftBehind: known?.leftBehind ?? [],
        because: event.sentence,
      },
      at: input.now,
      events: [event],
    });
    if (input.command === 'hold')
      await setTrainState(trx, { train: input.train, state: 'held', because: event.sentence, at: input.now });
    if (input.command === 'resume')
      await setTrainState(trx, { train: input.train, state: 'running', failedInARow: 0, at: input.now });
  });
}
