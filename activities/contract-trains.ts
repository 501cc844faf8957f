import type { Actor } from '../domain/release/release.ts';
import type { Boarded, LeftBehind } from '../domain/trains/model.ts';

/** Trains: rows and reads, idempotent by departure. */
export interface TrainActivities {
  /** When a train leaves next, from the policy in force; and whether it may. */
  planDeparture(input: PlanDepartureInput): Promise<DeparturePlan>;
  /** Who is ready at the cut-off, and who is not. */
  boardTrain(input: BoardInput): Promise<Boarding>;
  /** Orders the release of all who are aboard, once for each departure. */
  departTrain(input: DepartInput): Promise<DepartAnswer>;
  /** Writes down what people told a train. */
  recordTrain(input: TrainEntry): Promise<void>;
}

export interface PlanDepartureInput {
  train: string;
  /** The departure is strictly after this instant. */
  after: string;
  number: number;
  /** Departures up to this one were forgiven by whoever started the schedule again. */
  forgivenUpTo: number;
  now: string;
}

/** `scheduledAt` is the instant of the rhythm, `departsAt` the one after a delay. */
export type DeparturePlan =
  | { kind: 'departure'; number: number; scheduledAt: string; departsAt: string; cutoffAt: string }
  /** `stopped`: two departures in a row failed; `none`: the rule has no date any more. */
  | { kind: 'stopped' | 'none'; because: string }
  /** The policy has no such train any more. */
  | { kind: 'gone' };

export interface BoardInput {
  train: string;
  number: number;
  scheduledAt: string;
  departsAt: string;
  cutoffAt: string;
  /** The captain said to leave without those who are missing. */
  isLeaving: boolean;
  now: string;
}

/** `missing`: required services that are not ready, which is the captain's to decide. */
export interface Boarding {
  aboard: Boarded[];
  left: LeftBehind[];
  missing: LeftBehind[];
  because: string;
}

export interface DepartInput {
  train: string;
  number: number;
  scheduledAt: string;
  departsAt: string;
  cutoffAt: string;
  aboard: Boarded[];
  left: LeftBehind[];
  /** The captain lets it go without those who are required and not there. */
  isLeaving?: true;
  now: string;
}

/**
 * What became of a departure. `isOff`: nothing left, for the policy has the train no more or people hold it. `boardAgain`: nothing
 * left, for a required service that was aboard does not ride any more.
 */
export interface DepartAnswer {
  because: string;
  isOff?: true;
  boardAgain?: true;
}

/** What people told a train about one departure. */
export interface TrainEntry {
  train: string;
  number: number;
  command: 'skip' | 'delay' | 'hold' | 'resume' | 'leave';
  by: Actor;
  reason?: string;
  until?: string;
  plan?: { scheduledAt: string; departsAt: string; cutoffAt: string };
  /** Of the command: written down once. */
  key: string;
  now: string;
}
