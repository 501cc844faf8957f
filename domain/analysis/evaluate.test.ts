import { describe, expect, test } from '@jest/globals';
import { analysisVectors, isToItsDigits } from '../../test/support/analysis-vectors.ts';
import { evaluateAnalysis } from './evaluate.ts';
import { AnalysisEvaluationSchema, evaluatedMetrics } from './evaluation.schema.ts';

const now = '2026-06-01T10:00:00Z';

function evaluate(body: object) {
  const read = AnalysisEvaluationSchema.safeParse({ now, ...body });
  if (!read.success)
    throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const { phase, reason, metrics } = evaluateAnalysis(evaluatedMetrics(read.data), now);
  const [only] = metrics;
  return { phase, reason, only, last: only?.measurements.at(-1) };
}

describe('the vectors of semantics §6', () => {
  test('are all here', () => {
    const ids = new Set(analysisVectors.map(({ id }) => /^M\d+/.exec(id)?.[0]));
    expect([...ids]).toEqual(Array.from({ length: 34 }, (_, index) => `M${index + 1}`));
  });

  test.each(analysisVectors)('$id: $phase', ({ body, phase, verdict, statistics, reason }) => {
    const found = evaluate(body);
    expect({ phase: found.phase, reason: found.reason }).toEqual({
      phase,
      reason: expect.stringContaining(reason ?? ''),
    });
    if (verdict) expect(found.last?.verdict).toBe(verdict);
    const computed = { ...found.only?.statistics } as Record<string, number | undefined>;
    for (const [name, wanted] of Object.entries(statistics ?? {}))
      expect([name, isToItsDigits(computed[name], wanted) ? wanted : computed[name]]).toEqual([name, wanted]);
  });
});

test.each([
  [
    { count: 3 },
    'metric.count: 3 measurements need a time between them: write interval: 30s beside it, or leave count out',
  ],
  [
    { passAfter: 2 },
    'metric.passAfter: 2 passes cannot follow from one measurement: write at most 1, or let it measure more often with interval and count',
  ],
])('a metric with %j alone is refused as when it is saved, in the same words', (times, words) => {
  const body = { metric: { failWhen: 'value > 1', ...times }, measurements: [{ value: 0 }] };
  expect(() => evaluate(body)).toThrow(words);
  expect(evaluate({ ...body, metric: { ...body.metric, interval: '30s' } }).phase).toBe('running');
});
