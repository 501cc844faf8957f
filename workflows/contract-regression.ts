import type { RegressionNews } from '../domain/watch/regression.ts';

/** Sent by the relay to releases that carry a version which was found to have regressed, or has no more. */
export const regressionChangedSignal = 'regressionChanged';
export interface RegressionChangedMessage extends RegressionNews {
  /** What changed, for the timeline. */
  sentence: string;
}
