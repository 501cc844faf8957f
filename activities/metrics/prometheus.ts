import type { Reading } from '../../domain/analysis/measurement.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import type { PrometheusMetric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { fill } from '../facts.ts';
import { valueAt } from '../json-pointer.ts';
import { askJson } from './ask.ts';
import type { MetricSource, Question } from './port.ts';

/**
 * An instant query that yields one series. Prometheus stamps each answer with the time of the question and hides how old the
 * sample is, so it is told not to look back further than the two intervals after which a value counts as no data.
 */
export const prometheusSource =
  (outgoing: Outgoing): MetricSource<PrometheusMetric> =>
  async (question) => {
    const { metric } = question;
    const reading = await query(outgoing, question, metric.query);
    const wantsTraffic = metric.onNoData === 'zero' && metric.traffic !== undefined;
    const isEmpty = reading.kind === 'noData' || (reading.kind === 'number' && Number.isNaN(reading.value));
    if (!wantsTraffic || !isEmpty || metric.traffic === undefined) return reading;
    const traffic = await query(outgoing, question, metric.traffic);
    return traffic.kind === 'number' ? { ...reading, traffic: traffic.value } : reading;
  };

async function query(
  outgoing: Outgoing,
  question: Question<PrometheusMetric>,
  template: string,
): Promise<Reading> {
  const { metric, facts } = question;
  const url = new URL(`${fill(metric.url, facts).replace(/\/+$/, '')}/api/v1/query`);
  url.searchParams.set('query', fill(template, facts));
  if (metric.interval !== undefined)
    url.searchParams.set('lookback_delta', `${2 * durationMs(metric.interval)}ms`);
  const answer = await askJson(outgoing, question, url.href);
  return answer.ok ? readAnswer(answer.document) : { kind: 'error', because: answer.because };
}

function readAnswer(document: unknown): Reading {
  const type = valueAt(document, '/data/resultType');
  const result = valueAt(document, '/data/result');
  if (type === 'scalar') return readNumber(valueAt(result, '/1'));
  if (type !== 'vector' || !Array.isArray(result))
    return { kind: 'error', because: 'the query yields no instant value' };
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
