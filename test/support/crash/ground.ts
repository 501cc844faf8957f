import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTemporal } from '../../../platform/temporal/connect.ts';
import { startErrorRates } from '../error-rates.ts';
import { startProduct, type Product } from '../product.ts';
import { boundariesOf, type Boundary } from './boundaries.ts';
import {
  crashPolicy,
  directions,
  followToItsEnd,
  historyOf,
  order,
  traceOf,
  type Direction,
  type Trace,
} from './play.ts';
import { holdingWorker, pointsIn } from './points.ts';
import { judge, playRound, type Cell, type Judged, type Killed } from './round.ts';

/** The product with its parts running apart, and one undisturbed release in each direction to judge all others by. */
export interface CrashGround {
  /** Where it can be killed on its way; on the way back only from the failure on, for until then it is the way forward. */
  boundaries: Readonly<Record<Direction, Boundary[]>>;
  traces: Readonly<Record<Direction, Trace>>;
  /** One kill that meets a release at each of these places: all of one victim, and either all `scheduled` or none. */
  kill(cells: readonly Cell[]): Promise<Killed[]>;
  /** To be asked after the last kill: mail that was cut off is sent again only after two minutes. */
  judge(killed: readonly Killed[]): Promise<Judged[]>;
  product: Product;
  stop(): Promise<void>;
}

/** `slots`: how many releases it will have at most, three of them undisturbed. */
export async function startCrashGround(slots: number): Promise<CrashGround> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-crash-'));
  const rates = await startErrorRates();
  const product = await startProduct({
    apart: true,
    policy: crashPolicy(slots, rates.url),
    env: { ...holdingWorker(home), GANTRY_OUTGOING_ALLOW: new URL(rates.url).host },
  });
  const points = pointsIn(home, product.ledger);
  const { address } = product.servers.temporal;
  const engine = await connectTemporal({ temporal: { address, namespace: 'default', env: {} } });
  const undisturbed = async (direction: Direction) => {
    const play = await order({ product, rates }, directions.indexOf(direction), direction);
    await followToItsEnd(product, play, 120_000);
    const trace = await traceOf(product, engine, play);
    return { trace, boundaries: boundariesOf(await historyOf(product, engine, play)) };
  };
  const [forward, back, judged] = await Promise.all([
    undisturbed('forward'),
    undisturbed('back'),
    undisturbed('judged'),
  ]);
  const traces = { forward: forward.trace, back: back.trace, judged: judged.trace };
  const stage = { product, rates, engine, points, traces };
  let ordered = directions.length;
  return {
    ...{ product, traces },
    boundaries: {
      forward: forward.boundaries,
      back: fromLast(back.boundaries, ({ program }) => program?.action === 'apply'),
      judged: fromLast(judged.boundaries, ({ name }) => name.startsWith('analyse-')),
    },
    async kill(cells) {
      const round = cells.map((cell) => ({ cell, slot: ordered++ }));
      return playRound(stage, round);
    },
    judge: async (killed) => Promise.all(killed.map(async (one) => judge(stage, one))),
    async stop() {
      await engine.close();
      await product.stop();
      rates.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** From the failure on: the last of these is what fails. */
function fromLast(boundaries: readonly Boundary[], isOne: (boundary: Boundary) => boolean): Boundary[] {
  const failed = boundaries.findLast(isOne);
  return boundaries.slice(boundaries.findIndex(({ name }) => name === failed?.name));
}
