import { whyAgeless } from '../../domain/analysis/fresh-query.ts';
import type { Evidence } from '../../domain/analysis/evidence.ts';
import type { Reading } from '../../domain/analysis/measurement.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { PrometheusMetric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { fill } from '../facts.ts';
import { valueAt } from '../json-pointer.ts';
import type { EvidenceSource, RuleQuestion } from './port.ts';
import { askPrometheus, query } from './prometheus.ts';
import { asWindows, countOf, windowText, type Counted } from './rule-windows.ts';

type Question = RuleQuestion<PrometheusMetric>;

/** More samples than this are more than one answer may hold. */
const MOST_SAMPLES = 10_000;
const STEP_MS = 15_000;

/** Counts over windows by instant queries, samples by range queries. */
export const prometheusEvidence =
  (outgoing: Outgoing): EvidenceSource<PrometheusMetric> =>
  async (question) => {
    const { burnRate, compare, compareErrors } = question.metric;
    if (burnRate) {
      return asWindows(question, burnRate, (spanMs) =>
        count(outgoing, question, { part: burnRate.bad, whole: burnRate.total, spanMs }),
      );
    }
    if (compare) return samples(outgoing, question, compare);
    if (compareErrors) return errors(outgoing, question, compareErrors);
    return { kind: 'error', because: 'the metric has no rule' };
  };

/** Bad and all requests of one window that ends at `atMs`. */
async function count(
  outgoing: Outgoing,
  question: Question,
  of: { part: string; whole: string; spanMs: number; atMs?: number },
): Promise<Counted> {
  const windowed = { ...question, facts: { ...question.facts, window: windowText(of.spanMs) } };
  const ask = (template: string): Promise<Reading> => query(outgoing, windowed, template, of.atMs);
  const [part, whole] = await Promise.all([ask(of.part), ask(of.whole)]);
  return countOf(question.metric, part, whole);
}

async function errors(
  outgoing: Outgoing,
  question: Question,
  rule: NonNullable<PrometheusMetric['compareErrors']>,
): Promise<Evidence> {
  const spanMs = Math.max(question.now - question.since, 1000);
  const endsAt = rule.baseline === 'previous' ? { atMs: question.exposedAt } : {};
  const { candidate: now, against } = rule;
  const [candidate, baseline] = await Promise.all([
    count(outgoing, question, { part: now.errors, whole: now.requests, spanMs }),
    count(outgoing, question, { part: against.errors, whole: against.requests, spanMs, ...endsAt }),
  ]);
  if (candidate.kind !== 'counted') return candidate;
  if (baseline.kind !== 'counted') return baseline;
  return {
    kind: 'counts',
    candidate: { errors: candidate.bad, requests: candidate.total },
    baseline: { errors: baseline.bad, requests: baseline.total },
  };
}

/** What was seen since the analysis began, beside the same time of the baseline, or as long a time before the version came. */
async function samples(
  outgoing: Outgoing,
  question: Question,
  rule: NonNullable<PrometheusMetric['compare']>,
): Promise<Evidence> {
  const { now, since, exposedAt } = question;
  const before =
    rule.baseline === 'previous'
      ? { from: exposedAt - (now - since), to: exposedAt }
      : { from: since, to: now };
  const [candidate, baseline] = await Promise.all([
    range(outgoing, question, rule.candidate, { from: since, to: now }),
    range(outgoing, question, rule.against, before),
  ]);
  if (typeof candidate === 'string') return { kind: 'error', because: candidate };
  if (typeof baseline === 'string') return { kind: 'error', because: baseline };
  return { kind: 'samples', candidate, baseline };
}

/** The values of all series of a range, or why there are none to be had. The first is taken one step after its beginning. */
async function range(
  outgoing: Outgoing,
  question: Question,
  template: string,
  { from, to }: { from: number; to: number },
): Promise<number[] | string> {
  const { metric } = question;
  const stepMs = metric.step === undefined ? STEP_MS : durationMs(metric.step);
  if (to - from < stepMs) return [];
  if ((to - from) / stepMs > MOST_SAMPLES)
    return `the range would hold more than ${MOST_SAMPLES} samples: a longer step is needed`;
  const facts = { ...question.facts, window: windowText(to - from) };
  const filled = fill(template, facts);
  const ageless = whyAgeless(filled); // refused when a policy is saved; there are policies from before that
  if (ageless !== undefined)
    return `the query ${ageless}, so values of instances that are gone could not be left out`;
  const url = new URL(`${fill(metric.url, facts).replace(/\/+$/, '')}/api/v1/query_range`);
  url.searchParams.set('query', freshOnly(filled, 2 * stepMs));
  url.searchParams.set('start', String((from + stepMs) / 1000));
  url.searchParams.set('end', String(to / 1000));
  url.searchParams.set('step', String(stepMs / 1000));
  url.searchParams.set('lookback_delta', `${2 * stepMs}ms`);
  const answer = await askPrometheus(outgoing, question, url.href);
  if (!answer.ok) return answer.because;
  const result = valueAt(answer.document, '/data/result');
  if (valueAt(answer.document, '/data/resultType') !== 'matrix' || !Array.isArray(result))
    return 'the query yields no range of values';
  const values = result.flatMap((series: unknown) => {
    const points = valueAt(series, '/values');
    return Array.isArray(points) ? points.map((point: unknown) => numberOf(valueAt(point, '/1'))) : [];
  });
  return values;
}

/**
 * A series that has stopped gives no further samples: a server repeats its last value for five minutes, and only newer ones obey
 * `lookback_delta`. What is computed carries the time of the question, so nothing of it is left out.
 */
const freshOnly = (query: string, mostAgeMs: number): string =>
  `(${query}\n) unless (time() - timestamp(${query}\n) > ${mostAgeMs / 1000})`;

/** Prometheus writes numbers as text. */
function numberOf(text: unknown): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
}
