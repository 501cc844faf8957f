import type { MetricRule } from '../policy/metric.schema.ts';
import { judgeBurnRate, type WindowCount } from './burn-rate.ts';
import { judgeComparison, type Samples } from './compare.ts';
import { judgeErrors, type ErrorCounts } from './compare-errors.ts';
import { atLook, type Look } from './looks.ts';
import type { Measurement } from './measurement.ts';

/** What the source of a metric with a rule answered. Spans in milliseconds. */
export type Evidence =
  | { kind: 'windows'; windows: readonly (WindowCount & { spanMs: number })[]; exposureMs?: number }
  | ({ kind: 'samples' } & Samples)
  | ({ kind: 'counts' } & ErrorCounts)
  | { kind: 'noData'; because: string }
  | { kind: 'error'; because: string };

/** The parts of a metric by which evidence is judged. */
export type Rules = Pick<MetricRule, 'burnRate' | 'compare' | 'compareErrors' | 'onNoData'>;

/** Whether a rule judges this metric, and not a condition on one number. */
export const hasRule = (metric: Partial<Rules>): boolean =>
  metric.burnRate !== undefined || metric.compare !== undefined || metric.compareErrors !== undefined;

/** How often a comparison is looked at; undefined for what is measured at an interval. */
export const looksOf = (metric: Partial<Rules>): number | undefined =>
  (metric.compare ?? metric.compareErrors)?.looks;

/** Judges what was found by the metric's rule. Evidence of another kind than the rule asks for is an error, never healthy. */
export function judgeEvidence(metric: Rules, evidence: Evidence, look: number): Measurement {
  const looks = looksOf(metric) ?? 1;
  const at: Look = { look, looks };
  const judged = atLook(judge(metric, evidence, at), at);
  const isMissing = judged.verdict === 'noData' || (judged.verdict === 'inconclusive' && isWithout(evidence));
  return isMissing && metric.onNoData === 'fail' ? { ...judged, verdict: 'failed' } : judged;
}

/** Nothing was seen of the new version at all. */
const isWithout = (evidence: Evidence): boolean =>
  (evidence.kind === 'samples' && evidence.candidate.length === 0) ||
  (evidence.kind === 'counts' && evidence.candidate.requests === 0);

function judge(metric: Rules, evidence: Evidence, at: Look): Measurement {
  if (evidence.kind === 'noData' || evidence.kind === 'error')
    return { value: null, verdict: evidence.kind, because: evidence.because };
  const { burnRate, compare, compareErrors } = metric;
  if (burnRate && evidence.kind === 'windows') {
    const { windows, exposureMs = Infinity } = evidence;
    const countsIn = (spanMs: number): WindowCount | undefined =>
      windows.find((window) => Math.min(window.spanMs, exposureMs) === spanMs);
    return judgeBurnRate(burnRate, countsIn, exposureMs);
  }
  if (compare && evidence.kind === 'samples') return judgeComparison(compare, evidence, at);
  if (compareErrors && evidence.kind === 'counts') return judgeErrors(compareErrors, evidence, at);
  return { value: null, verdict: 'error', because: 'the source answers another question than the rule asks' };
}
