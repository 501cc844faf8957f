import type { Metric } from '../../domain/policy/metric.schema.ts';
import type { Reading } from '../../domain/analysis/measurement.ts';
import type { Facts } from '../facts.ts';

/** One question to one source. Whatever goes wrong is an `error` reading, which never counts as healthy. */
export interface Question<M extends Metric = Metric> {
  metric: M;
  facts: Facts;
  signal: AbortSignal;
}

export type MetricSource<M extends Metric> = (question: Question<M>) => Promise<Reading>;
