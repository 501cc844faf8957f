import { judgeAnalysis } from '../analysis/analysis.ts';
import type { Metric } from '../policy/metric.schema.ts';
import type { MetricView } from '../release/release.ts';
import type { Sample } from './health.ts';

type Judged = Pick<MetricView, 'id' | 'phase' | 'because' | 'dryRun'>;

/** One look at a version. `passedOver`: its filters did not hold, so it says nothing either way. */
export type Look =
  { kind: 'passedOver'; because: string } | { kind: 'sample'; sample: Sample; because: string };

/**
 * What one measurement of each metric comes to: all filters must hold, and one metric that fails is enough (semantics §8,
 * "Result, events"). A filter that cannot tell makes a sample that cannot tell.
 */
export function lookOf(filters: readonly Judged[], metrics: readonly Judged[]): Look {
  const filter = judgeAnalysis(filters);
  if (filter.phase === 'failed') return { kind: 'passedOver', because: filter.because };
  if (filter.phase !== 'passed') return { kind: 'sample', sample: 'unknown', because: filter.because };
  const { phase, because } = judgeAnalysis(metrics);
  const sample = phase === 'passed' ? 'good' : phase === 'failed' ? 'bad' : 'unknown';
  return { kind: 'sample', sample, because };
}

/**
 * A metric as the watch asks it: one measurement decides one look, for the watch counts looks itself. How old a value may be
 * goes on to hang on its interval.
 */
export function forOneLook(metric: Metric): Metric {
  const asked: Metric = { ...metric, count: 1, maxFailures: 1, maxInconclusive: 1 };
  delete asked.passAfter;
  return asked;
}
