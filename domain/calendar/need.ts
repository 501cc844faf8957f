import type { Need } from './model.ts';

const minute = 60_000;
/** Fewer finished deployments than this say little: the plan's own estimate is taken. */
const enough = 5;
/** How many of the last finished deployments are looked at. */
const looked = 20;
/** A rollback that was never measured. */
const usualReserveMs = 15 * minute;
/** A deployment that was never measured, pauses not counted. */
const usualRunMs = 10 * minute;

/** What one deployment took and what the plan adds, in milliseconds. */
export interface NeedFacts {
  /** Durations of finished deployments of this service in this environment without their pauses, newest first. */
  runs: readonly number[];
  /** Durations of rollbacks there. */
  rollbacks: readonly number[];
  pausesMs: number;
  guardMs: number;
}

/** `run + pauses + guard + rollback reserve`, with the run at its median and at its p90 (semantics §1.4). */
export function needOf({ runs, rollbacks, pausesMs, guardMs }: NeedFacts): Need {
  const seen = runs.slice(0, looked);
  const isKnown = seen.length >= enough;
  const reserve = rollbacks.length > 0 ? median(rollbacks.slice(0, looked)) : usualReserveMs;
  const around = pausesMs + guardMs + reserve;
  return {
    medianMs: (isKnown ? median(seen) : usualRunMs) + around,
    p90Ms: (isKnown ? percentile90(seen) : usualRunMs) + around,
    samples: isKnown ? seen.length : 0,
  };
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Mean of the middle two where the count is even. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}

/** The value at rank ⌈0.9 · n⌉. */
export const percentile90 = (values: readonly number[]): number =>
  ascending(values)[Math.ceil(0.9 * values.length) - 1] ?? 0;
