import { describe, expect, test } from '@jest/globals';
import { MetricSchema } from '../policy/metric.schema.ts';
import { limitsOf } from './limits.ts';
import {
  reportAnalyses,
  type AnalysisFacts,
  type FinishedAnalysis,
  type WrittenMeasurement,
} from './report.ts';

const errors = MetricSchema.parse({
  id: 'errors',
  kind: 'json',
  url: 'http://x/',
  pointer: '/rate',
  failWhen: 'value > 0.02',
  interval: '30s',
  maxFailures: 2,
});
const minute = (at: number): string => `2026-06-01T09:${String(at).padStart(2, '0')}:00.000Z`;
const here = { environment: 'production', service: 'shop', place: 'step 1' };
const measured = (
  at: number,
  verdict: string,
  over: Partial<WrittenMeasurement> = {},
): WrittenMeasurement => ({
  ...here,
  metric: 'errors',
  number: at,
  at: minute(at),
  value: verdict === 'failed' ? 0.5 : 0.01,
  verdict,
  because: verdict,
  ...over,
});
const ended = (at: number, measurements: number, over: Partial<FinishedAnalysis> = {}): FinishedAnalysis => ({
  ...here,
  at: minute(at),
  phase: 'inconclusive',
  because: 'errors: 1 could not tell, which reaches the limit of 1',
  metrics: {
    errors: {
      phase: 'inconclusive',
      measurements,
      because: '1 could not tell, which reaches the limit of 1',
    },
  },
  ...over,
});
const facts = (over: Partial<AnalysisFacts>): AnalysisFacts => ({
  measurements: [],
  finished: [],
  metrics: new Map([['production', [errors]]]),
  baselineOf: () => undefined,
  ...over,
});

describe('analyses at an instant', () => {
  const course = facts({
    measurements: [
      measured(1, 'passed'),
      measured(2, 'noData'),
      measured(5, 'passed'),
      measured(6, 'failed'),
    ],
    finished: [ended(3, 2)],
  });

  test('count what was measured by then, and nothing after it', () => {
    expect(reportAnalyses(course, minute(1))).toMatchObject([
      { phase: 'running', isOver: false, metrics: [{ n: 1, phase: 'running', verdicts: { passed: 1 } }] },
    ]);
    expect(reportAnalyses(course, minute(0))).toEqual([]);
  });

  test('say what was concluded then, in the words of then', () => {
    expect(reportAnalyses(course, minute(4))).toMatchObject([
      {
        number: 1,
        phase: 'inconclusive',
        isOver: true,
        startedAt: minute(1),
        endedAt: minute(3),
        metrics: [
          {
            n: 2,
            because: '1 could not tell, which reaches the limit of 1',
            failWhen: 'value > 0.02',
            limits: [0.02],
          },
        ],
      },
    ]);
  });

  test('keep a fresh analysis of the same place apart from the one before it', () => {
    expect(reportAnalyses(course, minute(6))).toMatchObject([
      { number: 1, phase: 'inconclusive', metrics: [{ n: 2 }] },
      { number: 2, phase: 'running', isOver: false, metrics: [{ n: 2, verdicts: { passed: 1, failed: 1 } }] },
    ]);
    const failed = facts({ ...course, measurements: [...course.measurements, measured(7, 'failed')] });
    expect(reportAnalyses(failed, minute(7))[1]).toMatchObject({
      phase: 'failed',
      because:
        'errors: 2 measurements failed, which reaches the limit of 2; the last: value 0.5, fails when value > 0.02',
    });
  });
});

describe('analyses', () => {
  test('of a release that ended meanwhile are over', () => {
    const stopped = facts({ measurements: [measured(1, 'passed')], endedAt: minute(2) });
    expect(reportAnalyses(stopped, minute(1))).toMatchObject([{ isOver: false }]);
    expect(reportAnalyses(stopped, minute(3))).toMatchObject([
      { isOver: true, endedAt: minute(2), metrics: [{ phase: 'passed' }] },
    ]);
  });

  test('of a metric that the policy has no more are not healthy', () => {
    const unknown = facts({ measurements: [measured(1, 'passed')], metrics: new Map() });
    expect(reportAnalyses(unknown, minute(1))).toMatchObject([
      { phase: 'inconclusive', metrics: [{ because: 'its rule is not in the policy any more', limits: [] }] },
    ]);
  });

  test('of which nothing was measured are there with what was concluded', () => {
    const away = facts({
      finished: [ended(3, 0, { phase: 'error', because: 'the worker was away', metrics: {} })],
    });
    expect(reportAnalyses(away, minute(4))).toMatchObject([{ phase: 'error', metrics: [] }]);
  });

  test('keep components and places apart, and show the newest 200 of many measurements', () => {
    const many = Array.from({ length: 250 }, (_, index) =>
      measured(1, 'passed', { number: index + 1, service: 'cart', place: 'soak' }),
    );
    const reports = reportAnalyses(facts({ measurements: [measured(0, 'passed'), ...many] }), minute(9));
    expect(reports.map(({ service, place }) => [service, place])).toEqual([
      ['shop', 'step 1'],
      ['cart', 'soak'],
    ]);
    expect(reports[1]?.metrics[0]).toMatchObject({ n: 250 });
    expect(reports[1]?.metrics[0]?.measurements.map(({ number }) => number)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 51),
    );
  });
});

test.each([
  [['value > 0.02'], [0.02]],
  [
    ['value > 5 || value < -1e3', 'value<=0.5'],
    [-1000, 0.5, 5],
  ],
  [[undefined, 'value != .5 && value != .5'], [0.5]],
  [[undefined], []],
])('the limits of %j are %j', (conditions, limits) => {
  expect(limitsOf(conditions)).toEqual(limits);
});
