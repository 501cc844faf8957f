import { durationMs } from '../../domain/policy/duration.ts';
import type { Metric } from '../../domain/policy/metric.schema.ts';
import { looksOf } from '../../domain/analysis/evidence.ts';
import { judgeMeasured } from '../../domain/analysis/metric.ts';
import type { Measurement } from '../../domain/analysis/measurement.ts';
import type { MetricView } from '../../domain/release/release.ts';

const ERROR_PAUSE_MS = 10_000;

export type TakenMeasurement = { at: string } & Pick<Measurement, 'value' | 'verdict'> &
  Partial<Pick<Measurement, 'because' | 'statistics'>>;

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
  const interval = beatOf(metric, durationOfAnalysisMs);
  const last = taken.at(-1);
  if (last === undefined) return startedAt + Math.min(interval ?? durationOfAnalysisMs, durationOfAnalysisMs);
  const lastAt = Date.parse(last.at);
  if (interval === undefined) return lastAt + ERROR_PAUSE_MS;
  if (last.verdict === 'error') return lastAt + Math.min(interval, ERROR_PAUSE_MS);
  // counted from the start, so that the time that measuring takes does not add up
  return startedAt + (Math.round((lastAt - startedAt) / interval) + 1) * interval;
}

/** Time between two measurements: the looks of a comparison lie evenly in the analysis. */
function beatOf(metric: Metric, durationOfAnalysisMs: number): number | undefined {
  const looks = looksOf(metric) ?? 1;
  if (looks > 1 && durationOfAnalysisMs >= looks) return Math.floor(durationOfAnalysisMs / looks);
  return metric.interval === undefined ? undefined : durationMs(metric.interval);
}

/**
 * Which of the declared looks a measurement at `now` is. Whatever was missed before, the last for which there is time decides.
 */
export function lookAt(
  { metric, taken }: Series,
  of: { startedAt: number; durationMs: number; now: number },
): number {
  const looks = looksOf(metric) ?? 1;
  const beat = beatOf(metric, of.durationMs);
  const isLast = beat === undefined || of.startedAt + of.durationMs - of.now < beat / 2;
  const told = taken.filter(({ verdict }) => verdict !== 'error').length;
  return isLast ? looks : Math.min(told + 1, looks);
}

/** Whether an analysis that is cut short still has to measure it: not yet told, in error, or of a rule whose last look decides. */
export const isOwed = ({ metric, taken }: Series): boolean =>
  taken.at(-1) === undefined || taken.at(-1)?.verdict === 'error' || (looksOf(metric) ?? 1) > 1;

/** How the metric stands, as everybody sees it. `isOver`: no more will be measured. */
export function viewOf({ metric, taken }: Series, isOver: boolean): MetricView {
  const last = taken.at(-1);
  const statistics = taken.findLast((each) => each.statistics)?.statistics;
  return {
    id: metric.id,
    ...judgeMeasured(metric, taken, isOver),
    measurements: taken.length,
    ...(last ? { last } : {}),
    ...(statistics ? { statistics } : {}),
    dryRun: metric.dryRun,
  };
}
