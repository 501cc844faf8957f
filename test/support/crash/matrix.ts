import type { CrashGround } from './ground.ts';
import { directions } from './play.ts';
import type { Cell, Judged, Killed } from './round.ts';
import type { Victim } from './victims.ts';

/** Releases that meet one kill; more than the machine can bear only wait for each other. */
const perKill = 16;
/** How often a place is looked for at which a release may not come by. */
const tries = 3;

/** Every place in both directions at which this can be killed. Programs run in the worker alone. */
export function cellsOf({ boundaries }: CrashGround, victim: Victim): Cell[] {
  return directions.flatMap((direction) =>
    boundaries[direction]
      .filter(({ place }) => victim !== 'machine' || place === 'running' || place === 'effect')
      .map((boundary) => ({ direction, boundary, victim })),
  );
}

/** Plays all these cells of one victim, in as few kills as may be. Cells that were not met are given to others again. */
export async function playAll(
  ground: CrashGround,
  cells: readonly Cell[],
  say: (sentence: string) => void,
): Promise<Judged[]> {
  const done: Killed[] = [];
  let left = cells;
  for (let round = 1; round <= tries && left.length > 0; round += 1) {
    const unmet: Killed[] = [];
    for (const together of roundsOf(left)) {
      const killed = await ground.kill(together);
      done.push(...killed.filter(({ isMet }) => isMet));
      unmet.push(...killed.filter(({ isMet }) => !isMet));
      say(`${together[0]!.victim} killed: ${done.length} of ${cells.length} places met`);
    }
    if (round === tries) done.push(...unmet);
    left = unmet.map(({ cell }) => cell);
  }
  return ground.judge(done);
}

/** What is in the hands of nobody is gathered for otherwise than what a worker has begun. */
function roundsOf(cells: readonly Cell[]): Cell[][] {
  const isScheduled = ({ boundary }: Cell) => boundary.place === 'scheduled';
  return [cells.filter((cell) => !isScheduled(cell)), cells.filter(isScheduled)].flatMap((these) =>
    Array.from({ length: Math.ceil(these.length / perKill) }, (_, round) =>
      these.slice(round * perKill, (round + 1) * perKill),
    ),
  );
}

/** One cell of each of these victims in each direction. */
export function sampleOf(ground: CrashGround, of: readonly Victim[], random: () => number): Cell[][] {
  return of.map((victim) =>
    directions.map((direction) => {
      const all = cellsOf(ground, victim).filter((cell) => cell.direction === direction && isQuick(cell));
      return all[Math.floor(random() * all.length)]!;
    }),
  );
}

/** A worker that takes nothing costs a start of its own; whether there are rows between two checks, or more than once, is left to chance. */
const isQuick = ({ boundary: { place, name } }: Cell): boolean =>
  place !== 'scheduled' && !/^record-after-(runCheck|.*-[2-9]$)/.test(name);
