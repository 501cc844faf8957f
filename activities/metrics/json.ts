import type { Reading } from '../../domain/analysis/measurement.ts';
import type { JsonMetric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { fill } from '../facts.ts';
import { valueAt } from '../json-pointer.ts';
import { askJson } from './ask.ts';
import type { MetricSource } from './port.ts';

/** A number in a JSON document, such as a service's own metrics page. */
export const jsonSource =
  (outgoing: Outgoing): MetricSource<JsonMetric> =>
  async (question) => {
    const { metric, facts } = question;
    const answer = await askJson(outgoing, question, fill(metric.url, facts));
    if (!answer.ok) return { kind: 'error', because: answer.because };
    const traffic = metric.traffic === undefined ? undefined : valueAt(answer.document, metric.traffic);
    // such a metric is refused when the policy is saved: it has a condition and no place of its value
    if (metric.pointer === undefined) return { kind: 'error', because: 'the metric has no pointer' };
    const reading = readNumber(valueAt(answer.document, metric.pointer), metric.pointer);
    return typeof traffic === 'number' && reading.kind !== 'error' ? { ...reading, traffic } : reading;
  };

/** JSON knows no NaN: services write null instead, or leave the field out. */
export function readNumber(value: unknown, pointer: string): Reading {
  if (typeof value === 'number') return { kind: 'number', value };
  if (value === undefined || value === null)
    return { kind: 'noData', because: `the answer has nothing at "${pointer}"` };
  return { kind: 'error', because: `what the answer has at "${pointer}" is not a number` };
}
