import type { CheckOutcome } from '../release/release.ts';
import type { RolloutAction } from './plan.ts';

/** One step of a component's way out. `weight` is what is exposed once it is done, in per cent. */
export interface StepView {
  weight: number;
  state: 'pending' | 'applying' | 'holding' | 'done' | 'failed' | 'unknown' | 'skipped';
  startedAt?: string;
  endedAt?: string;
  /** Names of the targets that it is about, where the environment has parts. */
  targets?: string[];
  /** What it does in a blue-green rollout. */
  action?: RolloutAction;
  /** Until when it is held, or that a person must go on; absent while it is not, and where nothing holds it. */
  until?: string;
  /** A person skipped the pause after it. */
  skipped?: PersonsWord;
  /** How the new version did in the test before the switch. */
  test?: { outcome: CheckOutcome; summary: string; resultId?: string };
}

/** What a person said, and why. */
export interface PersonsWord {
  by: string;
  reason: string;
  at: string;
}

/** One target of a component: whether the new version is there. */
export interface TargetView {
  name: string;
  state: TargetState;
  /** Why it is so, where something went wrong. */
  because?: string;
  at?: string;
}

export type TargetState =
  | 'pending' // the new version was never sent there
  | 'applying'
  | 'done'
  | 'failed'
  | 'unknown'
  | 'undoing'
  | 'undone'
  | 'undoFailed'
  | 'doneByHand'
  | 'left';
