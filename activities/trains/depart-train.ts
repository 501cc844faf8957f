import { instantText } from '../../domain/instant-text.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { board, type Passenger } from '../../domain/trains/board.ts';
import type { Boarded, LeftBehind, TrainDefinition } from '../../domain/trains/model.ts';
import { couldNotLeave, refusedFor, type Refused } from '../../domain/trains/refused.ts';
import { ridesOf, type Ride } from '../../domain/trains/rides.ts';
import { inTransaction, type Db } from '../../platform/database/open.ts';
import { GantryError } from '../../platform/errors.ts';
import { openReleasesByStage } from '../../platform/record/calendar/concerned.ts';
import { lockLog } from '../../platform/record/calendar/revision.ts';
import {
  departureByNumber,
  saveDeparture,
  trainById,
  type TrainRecord,
} from '../../platform/record/calendar/trains.ts';
import { orderNotices } from '../../platform/record/notices.ts';
import { orderRelease } from '../../platform/record/order-release.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import type { DepartAnswer, DepartInput } from '../contract.ts';
import { asPassenger, provenBefore } from './board-train.ts';

const gantry = { id: 'gantry', kind: 'system' as const };

/**
 * Orders the release of all who are aboard, once for each departure, and tells those who stay behind. Whether the train may
 * leave is read in the transaction in which it does: it may have been removed or held since boarding.
 */
export async function departTrain(
  db: Db,
  { publicUrl, domain }: { publicUrl: string; domain: string },
  input: DepartInput,
): Promise<DepartAnswer> {
  const { train, number } = input;
  const known = await departureByNumber(db, train, number);
  if (known?.state === 'departed' || known?.state === 'failed')
    return { because: known.because ?? 'It has departed.' };
  return inTransaction(db, async (trx) => {
    await lockLog(trx);
    const row = await trainById(trx, train);
    const off = whyOff(train, row);
    if (!row || off !== undefined) return { because: off ?? '', isOff: true };
    const { definition } = row;
    const boarding = await boardAgain(trx, input, definition);
    const [missing] = boarding.missing;
    if (missing) return { because: missing.because, boardAgain: true };
    const boarded = { aboard: boarding.aboard, left: [...input.left, ...boarding.left] };
    const policy = (await currentPolicy(trx))?.policy;
    const rides = ridesOf({
      train,
      number,
      mode: definition.mode,
      aboard: boarded.aboard,
      dependsOn: new Map((policy?.services ?? []).map(({ id, dependsOn }) => [id, dependsOn])),
    });
    const { ordered, refused } = await orderRides(trx, rides, { input, definition, publicUrl });
    const isOne = definition.mode === 'lockstep';
    const aboard = isOne ? boarded.aboard : ordered.flatMap(ridersOf);
    // In lockstep nobody leaves where one cannot, who is named; else only those stay behind who cannot.
    const riders = refused.flatMap((one) => one.riders);
    const state = rides.length > 0 && ordered.length === 0 ? ('failed' as const) : ('departed' as const);
    const left = [...boarded.left, ...riders];
    const because =
      state === 'failed'
        ? couldNotLeave(train, { mode: definition.mode, refused })
        : departureSentence(train, ordered);
    const releaseId = isOne ? ordered[0]?.releaseId : undefined;
    await tellTheLeft(trx, { input: { ...input, left }, definition, because, domain, state });
    await saveDeparture(trx, {
      departure: {
        train,
        number,
        scheduledAt: input.scheduledAt,
        departsAt: input.departsAt,
        cutoffAt: input.cutoffAt,
        state,
        ...(releaseId === undefined ? {} : { releaseId }),
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

interface Ordered {
  /** Rides that are releases now. */
  ordered: Ride[];
  /** What could not leave, and why. */
  refused: Refused[];
}

/** Orders the releases of a departure, whoever is waited for first. Who waits for one that could not leave stays, too. */
async function orderRides(
  trx: Db,
  rides: readonly Ride[],
  o: { input: DepartInput; definition: TrainDefinition; publicUrl: string },
): Promise<Ordered> {
  const { train, number, now } = o.input;
  const { captain, to } = o.definition;
  const found: Ordered = { ordered: [], refused: [] };
  for (const ride of rides) {
    const missing = ride.after.find((id) => !found.ordered.some(({ releaseId }) => releaseId === id));
    if (missing !== undefined) {
      found.refused.push(waitingFor(ride, missing));
      continue;
    }
    try {
      await orderRelease(
        trx,
        {
          id: ride.releaseId,
          components: ride.components,
          intent: 'deploy',
          to,
          reason: `departure ${number} of train ${train}`,
          by: { id: `train:${train}`, kind: 'system', person: captain },
          train: { id: train, departure: number },
          ...(ride.after.length === 0
            ? {}
            : { needs: ride.after.map((releaseId) => ({ kind: 'release' as const, releaseId })) }),
        },
        { now: new Date(now), publicUrl: o.publicUrl },
      );
      found.ordered.push(ride);
    } catch (error) {
      if (!(error instanceof GantryError)) throw error;
      found.refused.push(refusedFor(ride.components, error.problem));
    }
  }
  return found;
}

/** Who depends on what could not leave has nothing to be mended of its own. */
function waitingFor({ components }: Ride, missing: string): Refused {
  const because = `It depends on ${missing}, which could not leave.`;
  return {
    riders: components.map(({ service, version }) => ({ service, version, because })),
    because,
  };
}

/** Who rides, each with the release that it left as. */
const ridersOf = ({ components, releaseId }: Ride): Boarded[] =>
  components.map((one) => ({ ...one, releaseId }));

function departureSentence(train: string, ordered: readonly Ride[]): string {
  if (ordered.length === 0) return `Train ${train} left empty: nobody was ready.`;
  const names = ordered.flatMap(({ components }) =>
    components.map(({ service, version }) => `${service} ${version}`),
  );
  const each = ordered.length > 1 ? ', each as a release of its own' : '';
  return `${names.join(', ')} left with train ${train}${each}.`;
}

/** Judges those aboard once more, by what is known now: since boarding one may have got a release of its own, been overtaken or held. */
async function boardAgain(
  trx: Db,
  { aboard, cutoffAt, isLeaving }: DepartInput,
  { services, to }: TrainDefinition,
): Promise<ReturnType<typeof board>> {
  const open = await openReleasesByStage(trx);
  const passengers: Passenger[] = [];
  for (const one of aboard) {
    const required = services.some((seat) => seat.service === one.service && seat.required);
    const proven = await provenBefore(trx, one.service, to);
    passengers.push(await asPassenger(trx, one, { service: one.service, required, to, open, proven }));
  }
  return board(passengers, { cutoffAt, isLeaving: isLeaving === true });
}

/** Why nothing leaves; undefined where it may. */
function whyOff(id: string, train: TrainRecord | undefined): string | undefined {
  if (!train || train.retiredAt !== undefined) return `Train ${id} is gone: the policy has it no more.`;
  if (train.state === 'held') return `Train ${id} is held. ${train.because ?? ''}`.trim();
  return undefined;
}

/** Who stays behind is told by mail when the next departure is; where the train could not leave at all, its captain is. */
async function tellTheLeft(
  trx: Db,
  o: {
    input: DepartInput;
    definition: TrainDefinition;
    because: string;
    domain: string;
    state: 'departed' | 'failed';
  },
): Promise<void> {
  const { input, definition, because, domain, state } = o;
  const policy: Policy | undefined = (await currentPolicy(trx))?.policy;
  const ownerOf = (service: string): string =>
    policy?.services.find(({ id }) => id === service)?.owner ?? definition.captain;
  const key = `train/${input.train}/${input.number}`;
  const facts = { train: input.train, departsAt: input.departsAt };
  const isOver = state === 'failed' ? { isOver: 'true' as const } : {};
  const left = input.left
    // its captain has it from the mail about the whole departure
    .filter(
      ({ service, remedy }) =>
        remedy === undefined || state !== 'failed' || ownerOf(service) !== definition.captain,
    )
    .map((one) => ({
      occasion: `${key}/left/${one.service}`,
      kind: 'leftBehind' as const,
      to: [ownerOf(one.service)],
      sentence: leftSentence(input.train, one, state),
      facts: {
        ...{ ...facts, ...isOver, service: one.service },
        ...(one.next === undefined ? {} : { next: one.next }),
        ...(one.remedy === undefined ? {} : { remedy: one.remedy }),
      },
    }));
  const failed =
    state === 'failed'
      ? [
          {
            occasion: `${key}/failed`,
            kind: 'trainMissing' as const,
            to: [definition.captain],
            sentence: because,
            facts: { ...facts, ...isOver },
          },
        ]
      : [];
  await orderNotices(trx, [...left, ...failed], domain);
}

function leftSentence(
  train: string,
  { service, version, because, next, remedy }: LeftBehind,
  state: 'departed' | 'failed',
): string {
  const what =
    state === 'departed'
      ? `Train ${train} left without ${service}.`
      : remedy === undefined
        ? `Train ${train} could not leave, and ${service} was to stay behind.`
        : `Train ${train} could not leave because of ${service} ${version ?? ''}.`;
  const then = next === undefined ? '' : ` The next departure is ${instantText(next)}.`;
  return `${what} ${because}${remedy === undefined ? '' : ` What to do now: ${remedy}`}${then}`;
}
