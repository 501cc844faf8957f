import type { Boarded, LeftBehind } from '../domain/trains/model.ts';
import type { Command } from './contract.ts';

/** How others reach the workflow of a train: one entity for each train of the policy. */
export const trainWorkflow = 'train';
export const trainWorkflowId = (train: string): string => `train/${train}`;

export const trainCommandUpdate = 'steer';
/** The policy was changed: the definition is read again. */
export const trainChangedSignal = 'trainChanged';
export const trainQuery = 'trainState';

export const trainCommands = ['skip', 'delay', 'hold', 'resume', 'leave'] as const;
export type TrainCommandName = (typeof trainCommands)[number];

/** What people tell a train. `leave` is the captain's: it departs without the required services that are not ready. */
export interface TrainCommand extends Command {
  name: TrainCommandName;
  /** With `delay`: instant of the new departure. */
  until?: string;
  /** Number of the departure that is meant: refused where another one is next by now. */
  departure?: number;
}

/** What a train carries from one departure to the next. */
export interface TrainState {
  train: string;
  /** Number of the last departure that is over: departed or skipped. */
  number: number;
  /** Instant after which the next departure is looked for: the rhythm is kept however late the last one was. */
  after: string;
  hold?: { by: string; reason: string; at: string };
  /** Departures up to this one do not count towards the two failures that stop the schedule. */
  forgivenUpTo: number;
  /** Keys of commands already applied. */
  applied: string[];
}

/** The departure that is waited for; answer of the query and of commands. */
export interface TrainView extends TrainState {
  /** What it does now, in one sentence. */
  headline: string;
  next?: { number: number; departsAt: string; cutoffAt: string };
  boarded: Boarded[];
  leftBehind: LeftBehind[];
  /** Required services that the captain must decide about. */
  missing: LeftBehind[];
}
