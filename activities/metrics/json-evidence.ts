import type { Evidence } from '../../domain/analysis/evidence.ts';
import type { Reading } from '../../domain/analysis/measurement.ts';
import type { JsonMetric } from '../../domain/policy/metric.schema.ts';
import type { Outgoing } from '../../platform/outgoing.ts';
import { fill } from '../facts.ts';
import { valueAt } from '../json-pointer.ts';
import { askJson, type Answered } from './ask.ts';
import { readNumber } from './json.ts';
import type { EvidenceSource, RuleQuestion } from './port.ts';
import { asWindows, countOf, windowText } from './rule-windows.ts';

/** Counts and samples in a JSON document; the address is told the window, and a burn rate asks once for each. */
export const jsonEvidence =
  (outgoing: Outgoing): EvidenceSource<JsonMetric> =>
  async (question) => {
    const { metric, now, since } = question;
    const { burnRate, compare, compareErrors } = metric;
    if (burnRate)
      return asWindows(question, burnRate, async (spanMs) => {
        const answer = await ask(outgoing, question, spanMs);
        return answer.ok
          ? countOf(metric, at(answer.document, burnRate.bad), at(answer.document, burnRate.total))
          : { kind: 'error', because: answer.because };
      });
    const answer = await ask(outgoing, question, now - since);
    if (!answer.ok) return { kind: 'error', because: answer.because };
    if (compare) return samplesIn(answer.document, compare);
    if (compareErrors) return errorsIn(answer.document, metric, compareErrors);
    return { kind: 'error', because: 'the metric has no rule' };
  };

function ask(outgoing: Outgoing, question: RuleQuestion<JsonMetric>, spanMs: number): Promise<Answered> {
  const facts = { ...question.facts, window: windowText(spanMs) };
  return askJson(outgoing, question, fill(question.metric.url, facts));
}

const at = (document: unknown, pointer: string): Reading => readNumber(valueAt(document, pointer), pointer);

function samplesIn(document: unknown, rule: { candidate: string; against: string }): Evidence {
  const candidate = listAt(document, rule.candidate);
  const baseline = listAt(document, rule.against);
  if (typeof candidate === 'string') return { kind: 'error', because: candidate };
  if (typeof baseline === 'string') return { kind: 'error', because: baseline };
  return { kind: 'samples', candidate, baseline };
}

/** A list of numbers, null for each that is none; nothing there is no samples. */
function listAt(document: unknown, pointer: string): number[] | string {
  const list = valueAt(document, pointer);
  if (list === undefined || list === null) return [];
  const isList = Array.isArray(list) && list.every((one) => one === null || typeof one === 'number');
  return isList
    ? list.map((one: number | null) => one ?? Number.NaN)
    : `what the answer has at "${pointer}" is not a list of numbers`;
}

function errorsIn(
  document: unknown,
  metric: JsonMetric,
  rule: NonNullable<JsonMetric['compareErrors']>,
): Evidence {
  const side = ({ errors, requests }: { errors: string; requests: string }) =>
    countOf(metric, at(document, errors), at(document, requests));
  const [candidate, baseline] = [side(rule.candidate), side(rule.against)];
  if (candidate.kind !== 'counted') return candidate;
  if (baseline.kind !== 'counted') return baseline;
  return {
    kind: 'counts',
    candidate: { errors: candidate.bad, requests: candidate.total },
    baseline: { errors: baseline.bad, requests: baseline.total },
  };
}
