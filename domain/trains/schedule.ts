import type { ReleaseState } from '../release/state.ts';
import type { DepartureState } from './model.ts';

/** So many departures that failed one after another stop the schedule until a person starts it again (semantics §2). */
export const failuresThatStop = 2;

/** How a departure ended; `release` is the state of the release that it left as, absent where it left as none. */
export interface PastDeparture {
  number: number;
  state: DepartureState;
  release?: ReleaseState;
}

const failed: readonly ReleaseState[] = ['failed', 'rolledBack', 'aborted'];

/**
 * How many departures failed one after another, up to the last one that succeeded or that was forgiven: those that could not
 * leave, and those whose release failed or was taken back. One that left empty, was skipped, is still on its way, or was
 * stopped before anything was deployed says nothing about the next, so it neither counts nor ends the row.
 */
export function failuresInARow(departures: readonly PastDeparture[], forgivenUpTo: number): number {
  const newestFirst = departures
    .filter(({ number }) => number > forgivenUpTo)
    .sort((a, b) => b.number - a.number);
  let count = 0;
  for (const { state, release } of newestFirst) {
    if (release === 'succeeded') break;
    if (state === 'failed' || (release !== undefined && failed.includes(release))) count += 1;
  }
  return count;
}

/**
 * The releases of one departure taken as one: a failure counts, however the others ended (semantics §2); else one that has not
 * succeeded, if any. Undefined where there is none.
 */
export function endOfRides(states: readonly ReleaseState[]): ReleaseState | undefined {
  const bad = states.find((state) => failed.includes(state));
  if (bad !== undefined) return bad;
  if (states.length > 0 && states.every((state) => state === 'succeeded')) return 'succeeded';
  return states.find((state) => state !== 'succeeded');
}

/** What the next departure hangs on. Times in epoch milliseconds. */
export interface ScheduleFacts {
  train: string;
  /** Departures of the rhythm after the last one that is over, ascending. */
  rhythm: readonly number[];
  cutoffMs: number;
  now: number;
  /** From {@link failuresInARow}. */
  failures: number;
  /** The coming departure as it was written down, where it was delayed or has begun to board. */
  begun?: { scheduledAt: number; departsAt: number };
}

/** `scheduledAt` is what the rhythm says, `departsAt` what is meant after a delay. */
export type NextDeparture =
  | { kind: 'departure'; scheduledAt: number; departsAt: number; cutoffAt: number }
  | { kind: 'stopped' | 'none'; because: string };

/**
 * The departure that a train waits for. One that has begun to board, or was delayed, stays the next however late it is. Else
 * it is the first of the rhythm that is not over: a train that was held, or delayed beyond other departures, takes up the
 * rhythm where it is and does not leave once for each that it has missed.
 */
export function nextDeparture(facts: ScheduleFacts): NextDeparture {
  const { train, rhythm, cutoffMs, now, failures, begun } = facts;
  if (failures >= failuresThatStop)
    return {
      kind: 'stopped',
      because: `${failures} departures of train ${train} failed in a row: somebody must start it again.`,
    };
  const scheduledAt = begun?.scheduledAt ?? rhythm.find((departure) => departure >= now);
  if (scheduledAt === undefined)
    return { kind: 'none', because: `Train ${train} has no departure that is known.` };
  const departsAt = begun?.departsAt ?? scheduledAt;
  return { kind: 'departure', scheduledAt, departsAt, cutoffAt: departsAt - cutoffMs };
}
