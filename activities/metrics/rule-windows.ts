import { spansOf, type WindowCount } from '../../domain/analysis/burn-rate.ts';
import type { Evidence } from '../../domain/analysis/evidence.ts';
import type { Reading } from '../../domain/analysis/measurement.ts';
import type { Metric } from '../../domain/policy/metric.schema.ts';
import type { BurnRate } from '../../domain/policy/metric-rules.schema.ts';
import type { RuleQuestion } from './port.ts';

/** What was counted in one window. */
export type Counted = ({ kind: 'counted' } & WindowCount) | Extract<Evidence, { kind: 'noData' | 'error' }>;

/** The length of a window as queries and addresses name it, in whole seconds. */
export const windowText = (spanMs: number): string => `${Math.max(1, Math.round(spanMs / 1000))}s`;

/** Two answers as one count. Nothing said of errors counts as none only where the metric says so and enough requests are there. */
export function countOf(
  { onNoData, minRequests, burnRate }: Pick<Metric, 'onNoData' | 'minRequests' | 'burnRate'>,
  bad: Reading,
  total: Reading,
): Counted {
  for (const reading of [total, bad]) if (reading.kind === 'error') return reading;
  const [badCount, totalCount] = [numberOf(bad), numberOf(total)];
  if (totalCount === undefined)
    return {
      kind: 'noData',
      because: total.kind === 'noData' ? total.because : 'the number of requests is no number',
    };
  const enough = burnRate?.minRequests ?? minRequests;
  if (badCount !== undefined) return { kind: 'counted', bad: badCount, total: totalCount };
  if (onNoData === 'zero' && totalCount >= enough) return { kind: 'counted', bad: 0, total: totalCount };
  return {
    kind: 'noData',
    because: `nothing is known of errors: ${bad.kind === 'noData' ? bad.because : 'their number is no number'}`,
  };
}

const numberOf = (reading: Reading): number | undefined =>
  reading.kind === 'number' && Number.isFinite(reading.value) ? reading.value : undefined;

/** Asks for each window that the rule names, cut to whole seconds of the time since the version has traffic. */
export async function asWindows(
  { now, exposedAt }: Pick<RuleQuestion, 'now' | 'exposedAt'>,
  burnRate: BurnRate,
  count: (spanMs: number) => Promise<Counted>,
): Promise<Evidence> {
  const exposureMs = Math.max(1000, Math.floor((now - exposedAt) / 1000) * 1000);
  const spans = spansOf(burnRate, exposureMs);
  const counts = await Promise.all(spans.map(async (spanMs) => ({ spanMs, counted: await count(spanMs) })));
  const failed = counts.find(({ counted }) => counted.kind === 'error');
  if (failed?.counted.kind === 'error') return failed.counted;
  const windows = counts.flatMap(({ spanMs, counted }) =>
    counted.kind === 'counted' ? [{ spanMs, bad: counted.bad, total: counted.total }] : [],
  );
  const [first] = counts;
  if (windows.length === 0 && first?.counted.kind === 'noData') return first.counted;
  return { kind: 'windows', windows, exposureMs };
}
