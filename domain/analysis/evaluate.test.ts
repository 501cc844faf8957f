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
