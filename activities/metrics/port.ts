import type { Metric } from '../../domain/policy/metric.schema.ts';
import type { Evidence } from '../../domain/analysis/evidence.ts';
import type { Reading } from '../../domain/analysis/measurement.ts';
import type { Facts } from '../facts.ts';

/** One question to one source. Whatever goes wrong is an `error` reading, which never counts as healthy. */
export interface Question<M extends Metric = Metric> {
  metric: M;
  facts: Facts;
  signal: AbortSignal;
}

/** A question for what a rule judges. Instants are milliseconds of the epoch. */
export interface RuleQuestion<M extends Metric = Metric> extends Question<M> {
  now: number;
  /** Since when the version has traffic. */
  exposedAt: number;
  /** Beginning of this analysis: what is compared is what was seen since. */
  since: number;
}

export type EvidenceSource<M extends Metric> = (question: RuleQuestion<M>) => Promise<Evidence>;

export type MetricSource<M extends Metric> = (question: Question<M>) => Promise<Reading>;
