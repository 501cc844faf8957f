import type { Command } from './contract.ts';

// Updates: answers to an analysis that could not tell, or that failed where nothing goes back by itself (semantics §6.4).
export const continueAnalysisUpdate = 'continueAnalysis';
export const extendAnalysisUpdate = 'extendAnalysis';

/** Goes on although the analysis did not pass; needs a reason. */
export interface ContinueAnalysisInput extends Command {
  /** Component that is meant; left out: all that are in doubt. */
  service?: string;
}

/** Stays at this exposure and measures anew for so long; needs a reason. */
export interface ExtendAnalysisInput extends ContinueAnalysisInput {
  byMs: number;
}

/** Shortest and longest extension: shorter ones measure nothing, longer ones are a watch. */
export const extension = { leastMs: 60_000, mostMs: 72 * 3_600_000 } as const;
