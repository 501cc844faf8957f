import type { Metric } from '../policy/metric.schema.ts';
import { parseCondition } from './condition.ts';
import type { Statistics } from './statistics.ts';

/** What a metric source answered. Ages in milliseconds. */
export type Reading =
  | { kind: 'number'; value: number; ageMs?: number; traffic?: number }
  | { kind: 'noData'; because: string; traffic?: number }
  | { kind: 'error'; because: string };

/** `running`: looked at before the last declared look, and nothing found that decides. */
export const measurementVerdicts = [
  'passed',
  'failed',
  'inconclusive',
  'noData',
  'error',
  'running',
] as const;
export type MeasurementVerdict = (typeof measurementVerdicts)[number];

/** One reading, judged. `value` is what was judged: null where there was none. */
export interface Measurement {
  value: number | null;
  verdict: MeasurementVerdict;
  because: string;
  /** What a rule has computed; left out where a condition judged. */
  statistics?: Statistics;
}

type Judged = Pick<Metric, 'failWhen' | 'passWhen' | 'onNoData' | 'minRequests'>;

/**
 * Judges one reading (semantics §6.1). An answer older than two intervals, or no number, is no data; no data is never healthy, and
 * counts as zero only where the metric says so and enough traffic was seen.
 */
export function judgeReading(metric: Judged, reading: Reading, intervalMs?: number): Measurement {
  if (reading.kind === 'error') return { value: null, verdict: 'error', because: reading.because };
  const missing = whyNoData(reading, intervalMs);
  if (missing === undefined && reading.kind === 'number') return judgeNumber(metric, reading.value);
  return judgeNoData(metric, missing ?? 'no data', reading.traffic);
}

function whyNoData(
  reading: Exclude<Reading, { kind: 'error' }>,
  intervalMs: number | undefined,
): string | undefined {
  if (reading.kind === 'noData') return reading.because;
  if (Number.isNaN(reading.value)) return 'the answer is not a number';
  const ageMs = reading.ageMs ?? 0;
  return intervalMs !== undefined && ageMs > 2 * intervalMs
    ? `the newest value is ${Math.round(ageMs / 1000)} s old`
    : undefined;
}

function judgeNoData(metric: Judged, because: string, traffic: number | undefined): Measurement {
  if (metric.onNoData === 'fail') return { value: null, verdict: 'failed', because };
  if (metric.onNoData === 'zero' && traffic !== undefined && traffic >= metric.minRequests) {
    const judged = judgeNumber(metric, 0);
    return { ...judged, because: `${judged.because} (no data beside ${traffic} requests counts as 0)` };
  }
  return { value: null, verdict: 'noData', because };
}

function judgeNumber(metric: Judged, value: number): Measurement {
  const fail = conditionOf(metric.failWhen);
  const pass = conditionOf(metric.passWhen);
  const unread = [fail, pass].find((condition) => condition?.ok === false);
  if (unread?.ok === false) return { value, verdict: 'error', because: `the condition ${unread.detail}` };
  // Such a metric is refused when the policy is saved; should one get here, nothing is known of its health.
  if (!fail && !pass) return { value, verdict: 'error', because: 'the metric has no condition' };
  if (fail?.ok && fail.test(value)) return { value, verdict: 'failed', because: `${value}: ${fail.text}` };
  if (!pass?.ok) return { value, verdict: 'passed', because: `${value}: not ${fail?.ok ? fail.text : ''}` };
  if (pass.test(value)) return { value, verdict: 'passed', because: `${value}: ${pass.text}` };
  return { value, verdict: fail ? 'inconclusive' : 'failed', because: `${value}: not ${pass.text}` };
}

const conditionOf = (text: string | undefined) => (text === undefined ? undefined : parseCondition(text));
