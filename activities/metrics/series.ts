import { durationMs } from '../../domain/policy/duration.ts';
import type { Metric } from '../../domain/policy/metric.schema.ts';
import { judgeMetric } from '../../domain/analysis/metric.ts';
import type { MeasurementVerdict } from '../../domain/analysis/measurement.ts';
import type { MetricView } from '../../domain/release/release.ts';

const ERROR_PAUSE_MS = 10_000;

export interface TakenMeasurement {
  at: string;
  value: number | null;
  verdict: MeasurementVerdict;
}

/** All measurements of one metric in one analysis, in order. */
export interface Series {
  metric: Metric;
  taken: readonly TakenMeasurement[];
}

/**
 * When the next measurement is due. The first is taken after one interval, not at once: before it there is no traffic to
 * judge. One without interval, or whose interval is longer than the analysis, is taken at the end. After an error it is
 * asked again within 10 s. Instants are milliseconds of the epoch.
 */
export function nextAt({ metric, taken }: Series, startedAt: number, durationOfAnalysisMs: number): number {
  const interval = metric.interval === undefined ? undefined : durationMs(metric.interval);
  const last = taken.at(-1);
  if (last === undefined) return startedAt + Math.min(interval ?? durationOfAnalysisMs, durationOfAnalysisMs);
  const lastAt = Date.parse(last.at);
  if (interval === undefined) return lastAt + ERROR_PAUSE_MS;
  if (last.verdict === 'error') return lastAt + Math.min(interval, ERROR_PAUSE_MS);
  // counted from the start, so that the time that measuring takes does not add up
  return startedAt + (Math.round((lastAt - startedAt) / interval) + 1) * interval;
}

/** How the metric stands, as everybody sees it. `isOver`: no more will be measured. */
export function viewOf({ metric, taken }: Series, isOver: boolean): MetricView {
  const verdicts = taken.map((each) => each.verdict);
  const last = taken.at(-1);
  return {
    id: metric.id,
    ...judgeMetric(settingsOf(metric), verdicts, isOver),
    measurements: taken.length,
    ...(last ? { last } : {}),
    dryRun: metric.dryRun,
  };
}

const settingsOf = (metric: Metric): Parameters<typeof judgeMetric>[0] => metric;
