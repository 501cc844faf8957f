import type { Reading } from '../../domain/analysis/measurement.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { PrometheusMetric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { oneLine } from '../../platform/plain-text.ts';
import { fill } from '../facts.ts';
import { valueAt } from '../json-pointer.ts';
import { askJson, type Answered } from './ask.ts';
import type { MetricSource, Question } from './port.ts';

/**
 * An instant query that yields one series. Prometheus stamps each answer with the time of the question and hides how old the
 * sample is: newer servers are told not to look back further than the two intervals after which a value counts as no data,
 * and all are asked for the `timestamp()`, which tells the age of a plain series.
 */
export const prometheusSource =
  (outgoing: Outgoing): MetricSource<PrometheusMetric> =>
  async (question) => {
    const { metric } = question;
    // such a metric is refused when the policy is saved: it has a condition and nothing to ask for
    if (metric.query === undefined) return { kind: 'error', because: 'the metric has no query' };
    const reading = await query(outgoing, question, metric.query);
    const wantsTraffic = metric.onNoData === 'zero' && metric.traffic !== undefined;
    if (
      reading.kind === 'number' &&
      !Number.isNaN(reading.value) &&
      reading.ageMs === undefined &&
      metric.interval !== undefined
    ) {
      const age = await ageOf(outgoing, question, metric.query);
      return typeof age === 'number' ? { ...reading, ageMs: age } : age;
    }
    const isEmpty = reading.kind === 'noData' || (reading.kind === 'number' && Number.isNaN(reading.value));
    if (!wantsTraffic || !isEmpty || metric.traffic === undefined) return reading;
    const traffic = await query(outgoing, question, metric.traffic);
    return traffic.kind === 'number' ? { ...reading, traffic: traffic.value } : reading;
  };

/** Age of the newest sample in milliseconds, by the server's own clock; an error reading where it cannot be had. */
async function ageOf(
  outgoing: Outgoing,
  question: Question<PrometheusMetric>,
  template: string,
): Promise<number | Extract<Reading, { kind: 'error' }>> {
  const answer = await request(outgoing, question, `timestamp(${template})`);
  if (!answer.ok) return { kind: 'error', because: answer.because };
  const [askedAt, sampledAt] = ['0', '1'].map((at) =>
    Number(valueAt(answer.document, `/data/result/0/value/${at}`)),
  );
  const age = ((askedAt ?? Number.NaN) - (sampledAt ?? Number.NaN)) * 1000;
  return Number.isNaN(age) ? { kind: 'error', because: 'the age of the value cannot be read' } : age;
}

/** One number, as it is now or was at an instant (milliseconds of the epoch). */
export async function query(
  outgoing: Outgoing,
  question: Question<PrometheusMetric>,
  template: string,
  atMs?: number,
): Promise<Reading> {
  const answer = await request(outgoing, question, template, atMs);
  return answer.ok ? readAnswer(answer.document) : { kind: 'error', because: answer.because };
}

function request(
  outgoing: Outgoing,
  question: Question<PrometheusMetric>,
  template: string,
  atMs?: number,
): Promise<Answered> {
  const { metric, facts } = question;
  const url = new URL(`${fill(metric.url, facts).replace(/\/+$/, '')}/api/v1/query`);
  url.searchParams.set('query', fill(template, facts));
  if (atMs !== undefined) url.searchParams.set('time', String(atMs / 1000));
  if (metric.interval !== undefined) {
    url.searchParams.set('lookback_delta', `${2 * durationMs(metric.interval)}ms`);
  }
  return askPrometheus(outgoing, question, url.href);
}

/** Asks, and believes a whole answer only: one with warnings was made of a part of the data, such as a store that is away. */
export async function askPrometheus(
  outgoing: Outgoing,
  question: Question<PrometheusMetric>,
  url: string,
): Promise<Answered> {
  const answer = await askJson(outgoing, question, url);
  if (!answer.ok) return answer;
  if (valueAt(answer.document, '/status') === 'error')
    return {
      ok: false,
      because: 'the source says that it has failed: look into its log',
    };
  const warnings = valueAt(answer.document, '/warnings');
  // older servers put hints at how a query is written among them
  const real = Array.isArray(warnings)
    ? warnings.filter((one) => !String(one).startsWith('PromQL info'))
    : [];
  return real.length === 0
    ? answer
    : { ok: false, because: `the answer may lack a part: ${oneLine(String(real[0]), 200)}` };
}

function readAnswer(document: unknown): Reading {
  const type = valueAt(document, '/data/resultType');
  const result = valueAt(document, '/data/result');
  if (type === 'scalar') {
    const scalar = readNumber(valueAt(result, '/1'));
    // computed at the moment of the question, so it has no age to ask for
    return scalar.kind === 'number' ? { ...scalar, ageMs: 0 } : scalar;
  }
  if (type !== 'vector' || !Array.isArray(result))
    return { kind: 'error', because: 'the query yields no instant value: is its address right (url)?' };
  if (result.length === 0) return { kind: 'noData', because: 'the query finds no series' };
  if (result.length > 1)
    return { kind: 'error', because: `the query yields ${result.length} series, one is wanted` };
  return readNumber(valueAt(result, '/0/value/1'));
}

/** Prometheus writes numbers as text, `NaN`, `+Inf` and `-Inf` among them. */
function readNumber(text: unknown): Reading {
  if (typeof text !== 'string' || text === '') return { kind: 'error', because: 'the answer holds no value' };
  if (text === '+Inf' || text === '-Inf') {
    return { kind: 'number', value: text === '+Inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY };
  }
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'NaN') return { kind: 'error', because: 'the answer is not a number' };
  return { kind: 'number', value };
}
