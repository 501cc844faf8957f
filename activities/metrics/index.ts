import type { Metric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { jsonSource } from './json.ts';
import { jsonEvidence } from './json-evidence.ts';
import type { EvidenceSource, MetricSource } from './port.ts';
import { prometheusEvidence } from './prometheus-evidence.ts';
import { prometheusSource } from './prometheus.ts';

type MetricSources = { [Kind in Metric['kind']]: MetricSource<Extract<Metric, { kind: Kind }>> };

/** All kinds of metric sources; a kind in the policy without a line here does not compile. */
export const createMetricSources = (outgoing: Outgoing): MetricSources => ({
  prometheus: prometheusSource(outgoing),
  json: jsonSource(outgoing),
});

type EvidenceSources = { [Kind in Metric['kind']]: EvidenceSource<Extract<Metric, { kind: Kind }>> };

/** Of the same kinds, what finds the numbers of a rule. */
export const createEvidenceSources = (outgoing: Outgoing): EvidenceSources => ({
  prometheus: prometheusEvidence(outgoing),
  json: jsonEvidence(outgoing),
});

/** What finds the numbers for the rule of this metric. */
export const evidenceSourceOf = (sources: EvidenceSources, metric: Metric): EvidenceSource<Metric> =>
  sources[metric.kind] as EvidenceSource<Metric>;

/** The source of this metric's kind. */
export const sourceOf = (sources: MetricSources, metric: Metric): MetricSource<Metric> =>
  sources[metric.kind] as MetricSource<Metric>;
