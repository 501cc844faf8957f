import type { GateRow } from '../verdict.ts';
import { otherExpectations, patternOf, type Expect, type ExpectedGate } from './cases.schema.ts';
import type { Evaluation } from './evaluate.ts';

/** Where an answer is not as it was expected: one sentence for each difference, none where it is. */
export function differences(expect: Expect, answer: Evaluation): string[] {
  const gates = Object.entries(expect).filter(([name]) => !otherExpectations.includes(name));
  const { request, seats, asked, refused, unreachable, headline, refusals, points, band } = expect;
  return [
    ...(headline === undefined ? [] : gateDifference('headline', headline, answer.headline)),
    ...gates.flatMap(([name, expected]) =>
      gateDifference(
        name,
        expected as ExpectedGate,
        answer.gates.find(({ gate }) => gate === name),
      ),
    ),
    ...differs('request', request, answer.request?.state ?? 'absent'),
    ...differs('seats', seats, `${answer.tally.filled} of ${answer.tally.total}`),
    ...differs('asked', asked && people(asked), people(answer.tally.who.flatMap((ask) => ask.candidates))),
    ...differs(
      'refused',
      refused && people(refused),
      people(answer.votes.filter((vote) => !vote.counts).map((vote) => vote.person)),
    ),
    ...differs('unreachable', unreachable, answer.unreachable !== undefined),
    ...differs('refusals', refusals && people(refusals), people(answer.refusals.map(({ fact }) => fact))),
    ...differs('points', points, answer.risk?.points ?? 'unknown'),
    ...differs('band', band, answer.risk?.band ?? 'unknown'),
  ];
}

function gateDifference(name: string, expected: ExpectedGate, row: GateRow | undefined): string[] {
  const { kind, because } = typeof expected === 'string' ? { kind: expected } : expected;
  const found = kind === 'passed' && row?.passed ? 'passed' : (row?.kind ?? 'absent');
  const said = row ? `: ${row.because}` : '.';
  if (kind !== undefined && kind !== found) return [`${name} is ${found}, not ${kind}${said}`];
  if (because === undefined || (row && holds(row.because, because))) return [];
  return [`${name} does not say “${because}”${said}`];
}

/** `/…/` is a regular expression, everything else a part of the sentence. */
const holds = (sentence: string, wanted: string): boolean =>
  patternOf(wanted)?.test(sentence) ?? sentence.includes(wanted);

const differs = (
  what: string,
  expected: string | boolean | number | undefined,
  found: string | boolean | number,
): string[] =>
  expected === undefined || expected === found ? [] : [`${what} is ${found}, not ${expected}.`];

/** Names in one order; nobody is written so that the sentence can be read. */
const people = (ids: readonly string[]): string => [...new Set(ids)].sort().join(', ') || 'nobody';
