import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf, type Ledger } from '../ledger.ts';
import type { Boundary } from './boundaries.ts';

/** The strings on which a test holds a worker's activities, and their programs, at places of its choice. */
export interface Points {
  hold(slot: number, boundary: Boundary): void;
  letGo(slot: number, boundary: Boundary): void;
  /** Not for `scheduled`, which only the engine knows. */
  hasReached(slot: number, boundary: Boundary): boolean;
  /** From its next start on a worker runs so many activities at once, local ones apart; without a number as many as ever. */
  limitTo(slots?: number): void;
  /** A worker with a limit begins no further activity, until it is opened. */
  shut(): void;
  open(): void;
}

/** Settings of a worker that can be held by points in this folder. */
export const holdingWorker = (home: string): Readonly<Record<string, string>> => ({
  GANTRY_TEST_CRASH_POINTS: home,
  NODE_OPTIONS: `--import ${new URL('./hold-activities.mjs', import.meta.url).href}`,
});

export function pointsIn(home: string, ledger: Ledger): Points {
  mkdirSync(home, { recursive: true });
  const keyOf = (slot: number, { workflow, name }: Boundary) => `${slot}.${workflow}.${name}`;
  const fileOf = (slot: number, boundary: Boundary) =>
    join(home, `${keyOf(slot, boundary)}.${boundary.place}`);
  const remove = (file: string) => rmSync(file, { force: true });
  return {
    hold(slot, boundary) {
      const held = programAt(slot, boundary);
      if (held) ledger.hold(...held);
      else writeFileSync(fileOf(slot, boundary), '');
    },
    letGo(slot, boundary) {
      const held = programAt(slot, boundary);
      if (held) ledger.letGo(...held);
      else remove(fileOf(slot, boundary));
    },
    hasReached(slot, boundary) {
      const held = programAt(slot, boundary);
      if (held) return ledger.hasReached(...held);
      return linesOf<{ point: string; place: string }>(join(home, 'reached.jsonl')).some(
        ({ point, place }) => point === keyOf(slot, boundary) && place === boundary.place,
      );
    },
    limitTo(slots) {
      if (slots === undefined) remove(join(home, 'slots'));
      else writeFileSync(join(home, 'slots'), String(slots));
    },
    shut: () => writeFileSync(join(home, 'shut'), ''),
    open: () => remove(join(home, 'shut')),
  };
}

const placeInProgram = { running: 'before', effect: 'after' } as const;

/** Where a program is to be held, as the ledger says it; the other places are in the worker. */
function programAt(slot: number, { place, program }: Boundary): Parameters<Ledger['hasReached']> | undefined {
  if (!program || (place !== 'running' && place !== 'effect')) return undefined;
  const { action, service, weight } = program;
  return [placeInProgram[place], action, `${service}-${slot}`, weight];
}
