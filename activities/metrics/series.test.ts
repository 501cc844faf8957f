import { describe, expect, test } from '@jest/globals';
import { MetricSchema, type Metric } from '../../domain/policy/metric.schema.ts';
import { lookAt, nextAt, viewOf, type TakenMeasurement } from './series.ts';

const aMetric = (changes: Record<string, unknown> = {}): Metric =>
  MetricSchema.parse({
    id: 'errors',
    kind: 'json',
    url: 'http://x/',
    pointer: '/rate',
    failWhen: 'value > 1',
    ...changes,
  });
const start = Date.parse('2026-06-01T09:00:00.000Z');
const taken = (second: number, verdict: TakenMeasurement['verdict'] = 'passed'): TakenMeasurement => ({
  at: new Date(start + second * 1000).toISOString(),
  value: 0,
  verdict,
});

describe('the next measurement', () => {
  test.each([
    ['after one interval', { interval: '30s' }, [], 300, 30],
    ['at the end without an interval', {}, [], 300, 300],
    ['at the end where the interval is longer', { interval: '10m' }, [], 300, 300],
    [
      'on the beat, although measuring took its time',
      { interval: '30s' },
      [taken(30.4), taken(60.9)],
      300,
      90,
    ],
    ['10 s after an error', { interval: '30s' }, [taken(30, 'error')], 300, 40],
    ['one interval after an error where that is shorter', { interval: '5s' }, [taken(5, 'error')], 300, 10],
    ['10 s after an error without an interval', {}, [taken(300, 'error')], 300, 310],
    ['on the beat again after an error', { interval: '30s' }, [taken(30, 'error'), taken(40)], 300, 60],
    ['at once where there is no duration', { interval: '30s' }, [], 0, 0],
  ] as const)('is due %s', (_, settings, measurements, duration, second) => {
    const series = { metric: aMetric(settings), taken: measurements };
    expect((nextAt(series, start, duration * 1000) - start) / 1000).toBe(second);
  });
});

describe('the looks of a comparison', () => {
  const metric = MetricSchema.parse({
    id: 'latency',
    kind: 'json',
    url: 'http://x/',
    compare: { baseline: 'concurrent', looks: 3, candidate: '/new', against: '/old' },
  });
  const lookedAt = (second: number, measurements: TakenMeasurement[]) =>
    lookAt(
      { metric, taken: measurements },
      { startedAt: start, durationMs: 300_000, now: start + second * 1000 },
    );

  test('lie evenly in the analysis, the last at its end', () => {
    const due = (measurements: TakenMeasurement[]) =>
      (nextAt({ metric, taken: measurements }, start, 300_000) - start) / 1000;
    expect(due([])).toBe(100);
    expect(due([taken(100, 'running')])).toBe(200);
    expect(due([taken(100, 'running'), taken(200, 'running')])).toBe(300);
  });

  test('are counted without errors, and the last for which there is time decides', () => {
    expect(lookedAt(100, [])).toBe(1);
    expect(lookedAt(110, [taken(100, 'error')])).toBe(1);
    expect(lookedAt(200, [taken(100, 'running')])).toBe(2);
    expect(lookedAt(300, [taken(100, 'running')])).toBe(3);
  });

  test('are one where the analysis has no length', () => {
    expect(lookAt({ metric, taken: [] }, { startedAt: start, durationMs: 0, now: start })).toBe(3);
  });

  test('that ended before the last has not passed', () => {
    const series = { metric, taken: [{ ...taken(100, 'running'), because: 'look 1 of 3: no harm found' }] };
    expect(viewOf(series, true)).toMatchObject({
      phase: 'inconclusive',
      because: 'ended before the last declared look; look 1 of 3: no harm found',
    });
  });
});

describe('a metric on the page', () => {
  test('shows its phase, its last measurement and how many there were', () => {
    const series = { metric: aMetric({ interval: '30s' }), taken: [taken(30), taken(60, 'failed')] };
    expect(viewOf(series, false)).toMatchObject({
      id: 'errors',
      phase: 'failed',
      measurements: 2,
      last: taken(60, 'failed'),
      dryRun: false,
    });
  });

  test('that was never measured has not passed', () => {
    expect(viewOf({ metric: aMetric({ interval: '30s' }), taken: [] }, true)).toMatchObject({
      phase: 'inconclusive',
      measurements: 0,
    });
  });
});
