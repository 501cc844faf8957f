import type { AnalyseInput } from './contract.ts';

/** Waits for metric sources that gave errors until each has answered, at most so long. */
export interface AwaitSourcesInput extends Omit<AnalyseInput, 'durationMs'> {
  withinMs: number;
}

export interface SourcesAnswer {
  isBack: boolean;
  /** Who does not answer yet, and what it says; or that all answer again. */
  because: string;
}
