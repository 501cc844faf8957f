import type { AnalysisReport } from '../../../domain/analysis/report.ts';
import type { ReleaseView } from '../../../domain/release/release.ts';

/** What an analysis has measured that could not tell: one metric without data by now, one between what was before and its limit. */
export const doubtful: AnalysisReport = {
  environment: 'production',
  service: 'shop',
  place: 'step 1',
  number: 1,
  phase: 'inconclusive',
  because: 'errors: 2 measurements had no data',
  isOver: true,
  metrics: [
    {
      id: 'errors',
      phase: 'inconclusive',
      because: '2 measurements had no data, which reaches the limit of 2',
      dryRun: false,
      failWhen: 'value > 0.05',
      limits: [0.05],
      n: 5,
      verdicts: { passed: 3, noData: 2 },
      baseline: { version: '1.3.9', n: 60, median: 0.01, low: 0.004, high: 0.018 },
      measurements: taken([0.012, 0.019, 0.031, null, null]),
    },
    {
      id: 'latency',
      phase: 'passed',
      because: '5 of 5 passed',
      dryRun: false,
      failWhen: 'value > 300',
      limits: [300],
      n: 5,
      verdicts: { passed: 5 },
      baseline: { version: '1.3.9', n: 60, median: 182, low: 161, high: 214 },
      measurements: taken([203, 211, 230, 226, 238]),
    },
  ],
};

export const doubtHold: ReleaseView['holds'][number] = {
  by: 'gantry',
  reason: 'analysis is inconclusive: errors: 2 measurements had no data',
  at: '2026-11-24T10:31:00.000Z',
  kind: 'analysis',
  doubt: { service: 'shop', place: 'step 1', phase: 'inconclusive', who: ['ben'] },
};

export const heldByDoubt =
  'shop 1.4.0 is held by gantry since 10:31 UTC: analysis is inconclusive: errors: 2 measurements had no data.';

function taken(values: readonly (number | null)[]): AnalysisReport['metrics'][number]['measurements'] {
  return values.map((value, index) => ({
    number: index + 1,
    at: `2026-11-24T10:${String(11 + 5 * index)}:00.000Z`,
    value,
    verdict: value === null ? 'noData' : 'passed',
    because: value === null ? 'the source had no data' : 'within its limit',
  }));
}
