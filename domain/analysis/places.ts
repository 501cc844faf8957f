import type { Metric } from '../policy/metric.schema.ts';

/** When a metric is measured: before the first step, between steps, while the version soaks. */
export type AnalysisPlace = 'before' | 'steps' | 'soak';

type Placed = Pick<Metric, 'during' | 'compare' | 'compareErrors'>;

/** What a metric is compared with; undefined where it is not compared. */
export const baselineOf = (metric: Omit<Placed, 'during'>): 'concurrent' | 'previous' | undefined =>
  (metric.compare ?? metric.compareErrors)?.baseline;

/**
 * The metrics that are measured at this place, while the version has `weight` per cent of the traffic. Unless a metric names its
 * places, it is measured between steps and during the soak, and a comparison with a concurrent baseline as long as there is one.
 */
export function metricsDuring<M extends Placed>(
  metrics: readonly M[],
  place: AnalysisPlace,
  weight: number,
): M[] {
  return metrics.filter((metric) => {
    if (metric.during) return metric.during.includes(place);
    if (baselineOf(metric) === 'concurrent') return place === 'steps' && weight < 100;
    return place !== 'before';
  });
}
