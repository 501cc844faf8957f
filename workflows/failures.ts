import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import type { ProblemCode } from '../domain/problem-code.ts';
import type { Leaving } from '../domain/release/end-of.ts';

/** Why a release leaves its forward way. A business end, not a defect: `recover` turns it into a terminal state. */
export interface StopCause extends Leaving {
  because: string;
  by?: string;
  /** When the failure was measured, by the clock of whoever did. */
  measuredAt?: string;
}

/** Carries a {@link StopCause} up to the story. */
export class Stop extends Error {
  readonly stop: StopCause;

  constructor(stop: StopCause) {
    super(stop.because);
    this.name = 'Stop';
    this.stop = stop;
  }
}

/** A refusal of a command: leaves no trace in the history and reaches the caller with its code. */
export const refusal = (code: ProblemCode, sentence: string): ApplicationFailure =>
  ApplicationFailure.create({ type: code, message: sentence, nonRetryable: true });

/** Whether trying again can change nothing: the activity said so. */
export function isFinal(error: unknown): boolean {
  const cause = bottomOf(error);
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

function bottomOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof ActivityFailure && cause.cause) cause = cause.cause;
  return cause;
}

/** The sentence and code at the bottom of a failure that came back from an activity. */
export function causeOf(error: unknown): { code?: string; because: string } {
  const cause = bottomOf(error);
  if (cause instanceof ApplicationFailure)
    return { ...(cause.type ? { code: cause.type } : {}), because: cause.message };
  return { because: cause instanceof Error ? cause.message : String(cause) };
}
