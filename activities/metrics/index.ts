import type { Metric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { jsonSource } from './json.ts';
import type { MetricSource } from './port.ts';
import { prometheusSource } from './prometheus.ts';

type MetricSources = { [Kind in Metric['kind']]: MetricSource<Extract<Metric, { kind: Kind }>> };

/** All kinds of metric sources; a kind in the policy without a line here does not compile. */
export const createMetricSources = (outgoing: Outgoing): MetricSources => ({
  prometheus: prometheusSource(outgoing),
  json: jsonSource(outgoing),
});

/** The source of this metric's kind. */
export const sourceOf = (sources: MetricSources, metric: Metric): MetricSource<Metric> =>
  sources[metric.kind] as MetricSource<Metric>;
