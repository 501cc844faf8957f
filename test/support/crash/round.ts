import { readRelease } from '../../../platform/record/releases.ts';
import type { TemporalConnection } from '../../../platform/temporal/connect.ts';
import type { ErrorRates } from '../error-rates.ts';
import type { Product } from '../product.ts';
import { until } from '../until.ts';
import type { Boundary } from './boundaries.ts';
import {
  differences,
  followToItsEnd,
  order,
  traceOf,
  type Direction,
  type Play,
  type Trace,
} from './play.ts';
import type { Points } from './points.ts';
import { killAndRestart, type Victim } from './victims.ts';

/** One place in one direction, and what dies there. */
export interface Cell {
  direction: Direction;
  boundary: Boundary;
  victim: Victim;
}

/** A release that was to be met at its place, after it has ended. */
export interface Killed {
  cell: Cell;
  play: Play;
  /** It came to its place: whether batches of rows fall together is left to chance, so a release may lack one. */
  isMet: boolean;
  /** From the moment at which what was killed is back to the end of the release. */
  seconds: number;
  /** What `gantry audit verify` said against the log after that; undefined where it is valid. */
  audit?: string;
}

export interface Judged extends Killed {
  /** What is not as in the undisturbed run; empty where all is. */
  wrong: string[];
}

/** Where a round is played. */
export interface Stage {
  product: Product;
  rates: ErrorRates;
  engine: TemporalConnection;
  points: Points;
  traces: Readonly<Record<Direction, Trace>>;
}

/** A release on its way to the place where it is met. */
interface Seat {
  cell: Cell;
  slot: number;
  play?: Play;
  ended?: Promise<void>;
  endedAt?: number;
}

/** Longer than it ever takes on a busy machine; who is not there by then is not met. */
const meetLimitMs = 90_000;
const endLimitMs = 180_000;
const lookEveryMs = 250;

/**
 * Brings a release to each place, kills once, and starts again what was killed; returns when all have ended. Rows may be held for
 * ten seconds only, so releases that are to be met there first gather at the ends of what comes before.
 */
export async function playRound(
  stage: Stage,
  cells: readonly { cell: Cell; slot: number }[],
): Promise<Killed[]> {
  const { product, points } = stage;
  const seats: Seat[] = cells.map((one) => ({ ...one }));
  const isScheduled = seats.some(({ cell }) => cell.boundary.place === 'scheduled');
  if (isScheduled) await limitWorker(stage, seats.flatMap(gatherings).length);
  for (const seat of seats)
    for (const place of [...gatherings(seat), ...held(seat)]) points.hold(seat.slot, place);

  const [late, early] = [seats.filter(isOrderedLate), seats.filter((seat) => !isOrderedLate(seat))];
  await Promise.all(early.map((seat) => begin(stage, seat)));
  await allAre(early, (seat) => {
    const places = gatherings(seat);
    return (places.length > 0 ? places : held(seat)).every((place) => points.hasReached(seat.slot, place));
  });
  if (isScheduled) points.shut();
  for (const seat of early) for (const place of gatherings(seat)) points.letGo(seat.slot, place);
  await Promise.all(late.map((seat) => begin(stage, seat)));
  const met = await allAre(seats, async (seat) =>
    seat.cell.boundary.place === 'scheduled'
      ? isPending(stage, seat)
      : points.hasReached(seat.slot, seat.cell.boundary),
  );

  await killAndRestart(product, seats[0]!.cell.victim, () => {
    points.limitTo();
    points.open();
    for (const seat of seats) for (const place of held(seat)) points.letGo(seat.slot, place);
  });
  const backAt = performance.now();
  await Promise.all(seats.map(({ ended }) => ended));
  const { code, stdout, stderr } = await product.cli('audit', 'verify');
  return seats.map((seat) => ({
    ...{ cell: seat.cell, play: seat.play!, isMet: met.has(seat) },
    seconds: Math.max(0, Math.round(((seat.endedAt ?? performance.now()) - backAt) / 100) / 10),
    ...(code === 0 ? {} : { audit: `${stdout}${stderr}` }),
  }));
}

/** Compares what it left with what the undisturbed release left. */
export async function judge({ product, engine, traces }: Stage, killed: Killed): Promise<Judged> {
  const trace = await traceOf(product, engine, killed.play);
  const wrong = differences(trace, traces[killed.cell.direction]);
  return { ...killed, wrong: killed.audit === undefined ? wrong : [...wrong, `audit: ${killed.audit}`] };
}

/** Where it gathers with the others before it goes on to its place. */
function gatherings({ cell }: Seat): Boundary[] {
  if (!isNearlyThere(cell.boundary)) return [];
  return cell.boundary.before.map((name) => ({
    ...{ workflow: 'release', name, isLocal: false, place: 'done', before: [] },
  }));
}

/** What nobody takes needs no string. */
const held = ({ cell: { boundary } }: Seat): Boundary[] => (boundary.place === 'scheduled' ? [] : [boundary]);

/** Such places are gone to together, at the last moment. */
const isNearlyThere = ({ isLocal, place }: Boundary): boolean => isLocal || place === 'scheduled';

/** Nothing comes before its place at which it could gather. */
const isOrderedLate = ({ cell: { boundary } }: Seat): boolean =>
  isNearlyThere(boundary) && boundary.before.length === 0;

async function begin(stage: Stage, seat: Seat): Promise<void> {
  const { product } = stage;
  const play = await order(stage, seat.slot, seat.cell.direction);
  seat.play = play;
  seat.ended = followToItsEnd(product, play, meetLimitMs + endLimitMs).then(
    () => void (seat.endedAt = performance.now()),
    () => undefined, // its trace tells how far it came
  );
}

/** Those that are as asked, once all are or have ended, or when nothing more is to be expected. */
async function allAre(
  seats: readonly Seat[],
  isSo: (seat: Seat) => boolean | Promise<boolean>,
): Promise<ReadonlySet<Seat>> {
  const met = new Set<Seat>();
  const look = async (): Promise<boolean> => {
    for (const seat of seats) if (!met.has(seat) && (await isSo(seat))) met.add(seat);
    return seats.every((seat) => met.has(seat) || seat.endedAt !== undefined);
  };
  await until('all releases to be in their places', look, meetLimitMs, lookEveryMs).catch(() => undefined);
  return met;
}

/** So that all activities that may run are those at whose ends releases gather: nobody asks for a further one then. */
async function limitWorker({ product, points }: Stage, gathered: number): Promise<void> {
  points.limitTo(Math.max(1, gathered));
  await product.process('worker').stop();
  await product.process('worker').start();
}

/** The engine waits for somebody to take this activity, and has nothing else under way. */
async function isPending({ engine, product }: Stage, { cell, play }: Seat): Promise<boolean> {
  const view = play && (await readRelease(product.servers.database.store.db, play.id));
  if (!view) return false;
  const { raw } = await engine.client.workflow.getHandle(view.workflowId).describe();
  const waiting = raw.pendingActivities ?? [];
  const isIt = ({ activityType }: (typeof waiting)[number]) =>
    cell.boundary.name.startsWith(`${activityType?.name}-`);
  return waiting.some(isIt) && waiting.every(({ state }) => state === scheduled);
}
/** PENDING_ACTIVITY_STATE_SCHEDULED of the engine's protocol. */
const scheduled = 1;
