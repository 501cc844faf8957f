import type { MetricPhase, MetricView } from '../release/release.ts';
import { worstFirst } from './phases.ts';

/**
 * The phase of an analysis: that of its worst metric (semantics §6.1). A metric on dry run is reported and never decides. An
 * analysis of nothing has passed: nobody asked for one.
 */
export function judgeAnalysis(metrics: readonly Pick<MetricView, 'id' | 'phase' | 'because' | 'dryRun'>[]): {
  phase: MetricPhase;
  because: string;
} {
  const deciding = metrics.filter((metric) => !metric.dryRun);
  const phase =
    worstFirst.find((candidate) => deciding.some((metric) => metric.phase === candidate)) ?? 'passed';
  if (deciding.length === 0) return { phase, because: 'no metric decides here' };
  if (phase === 'passed')
    return { phase, because: `${deciding.length} of ${deciding.length} metrics passed` };
  const worst = deciding.filter((metric) => metric.phase === phase);
  return { phase, because: worst.map((metric) => `${metric.id}: ${metric.because}`).join('; ') };
}
