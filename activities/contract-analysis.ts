import type { Metric } from '../domain/policy/metric.schema.ts';
import type { PlannedComponent } from '../domain/release/plan.ts';
import type { MetricView } from '../domain/release/release.ts';

/** Measuring what was deployed: with heartbeat and cancellation. */
export interface AnalysisActivities {
  /** Measures until `durationMs` is over or the analysis has decided. */
  analyse(input: AnalyseInput): Promise<AnalysisResult>;
  /** Asks metrics again and again until each has answered, or the time is over. */
  awaitSources(input: AwaitSourcesInput): Promise<SourcesAnswer>;
}

export interface AnalyseInput {
  releaseId: string;
  environment: string;
  component: PlannedComponent;
  /** `step 1`, `soak`: where the measurements belong. */
  at: string;
  weight: number;
  /** Since when the version has traffic here; left out before the first step, and by whoever asked before it was told. */
  exposedAt?: string;
  metrics: Metric[];
  durationMs: number;
  /**
   * Given where a person has cut an analysis short that began then: it ends now. What was measured since counts, and what has not been
   * measured yet is measured once, now. A worker from before this measures each once.
   */
  since?: string;
  policyDigest: string;
}

export interface AnalysisResult {
  phase: 'passed' | 'failed' | 'error' | 'inconclusive';
  because: string;
  metrics: MetricView[];
  endedAt: string;
}

/** Waits for metric sources that gave errors until each has answered, at most so long. */
export interface AwaitSourcesInput extends Omit<AnalyseInput, 'durationMs' | 'since'> {
  withinMs: number;
}

export interface SourcesAnswer {
  isBack: boolean;
  /** Who does not answer yet, and what it says; or that all answer again. */
  because: string;
}
