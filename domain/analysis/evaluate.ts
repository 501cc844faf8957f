import type { MetricRule } from '../policy/metric.schema.ts';
import { durationMs } from '../policy/duration.ts';
import type { MetricPhase } from '../release/release.ts';
import { judgeAnalysis } from './analysis.ts';
import { hasRule, judgeEvidence, looksOf, type Evidence } from './evidence.ts';
import { judgeReading, type Measurement, type MeasurementVerdict, type Reading } from './measurement.ts';
import { judgeMeasured } from './metric.ts';
import type { Statistics } from './statistics.ts';

/** What is given of one metric: readings for a condition, evidence for a rule. */
export interface EvaluatedMetric {
  metric: MetricRule;
  /** In order. One that has its verdict already is taken as it is. */
  readings: readonly { at: string; reading: Reading | { kind: 'judged'; verdict: MeasurementVerdict } }[];
  evidence?: Evidence;
  /** Which of the declared looks; left out: the last. */
  look?: number;
  /** No more will be measured. */
  isEnded: boolean;
}

export interface MetricEvaluation {
  id?: string;
  phase: MetricPhase;
  reason: string;
  dryRun: boolean;
  /** Of the last measurement, where a rule judged. */
  statistics?: Statistics;
  measurements: (Measurement & { at: string })[];
}

/** What one metric amounts to, by the same rules as in a release. */
export function evaluateMetric(given: EvaluatedMetric, now: string): MetricEvaluation {
  const { metric, evidence, isEnded } = given;
  const judged = evidence
    ? [{ at: now, ...judgeEvidence(metric, evidence, given.look ?? looksOf(metric) ?? 1) }]
    : given.readings.map(({ at, reading }) => ({ at, ...judgedReading(metric, reading) }));
  const { phase, because } = judgeMeasured(metric, judged, isEnded);
  const statistics = judged.at(-1)?.statistics;
  return {
    ...(metric.id === undefined ? {} : { id: metric.id }),
    phase,
    reason: because,
    dryRun: metric.dryRun,
    ...(statistics ? { statistics } : {}),
    measurements: judged,
  };
}

function judgedReading(
  metric: MetricRule,
  reading: EvaluatedMetric['readings'][number]['reading'],
): Measurement {
  if (reading.kind === 'judged')
    return { value: null, verdict: reading.verdict, because: `given as ${reading.verdict}` };
  if (hasRule(metric))
    return {
      value: null,
      verdict: 'error',
      because: 'a rule judges samples, counts or windows, no single value',
    };
  return judgeReading(
    metric,
    reading,
    metric.interval === undefined ? undefined : durationMs(metric.interval),
  );
}

/** Several metrics as one analysis: its worst metric decides. */
export function evaluateAnalysis(
  given: readonly EvaluatedMetric[],
  now: string,
): { phase: MetricPhase; reason: string; metrics: MetricEvaluation[] } {
  const metrics = given.map((one) => evaluateMetric(one, now));
  const { phase, because } = judgeAnalysis(
    metrics.map(({ id, phase: ofMetric, reason, dryRun }, index) => ({
      id: id ?? `metric ${index + 1}`,
      phase: ofMetric,
      because: reason,
      dryRun,
    })),
  );
  return { phase, reason: because, metrics };
}
