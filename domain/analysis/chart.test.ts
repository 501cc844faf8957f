import { describe, expect, test } from '@jest/globals';
import type { ChartedPoint } from './chart-numbers.ts';
import { chartOf } from './chart.ts';

const point = (minute: number, value: number | null, over: Partial<ChartedPoint> = {}): ChartedPoint => ({
  number: minute,
  at: `2026-06-01T09:${String(minute).padStart(2, '0')}:00.000Z`,
  value,
  verdict: 'passed',
  because: '',
  ...over,
});

describe('a chart', () => {
  test('stands between the lowest and highest of values, limits and baseline', () => {
    const baseline = { version: '1.3.9', n: 10, median: 2, low: 1, high: 3 };
    expect(chartOf([point(0, 4), point(10, 6)], { limits: [9], baseline })).toMatchObject({
      low: 1,
      high: 9,
      lines: [
        [
          [8, 58],
          [312, 38],
        ],
      ],
      limits: [{ value: 9, y: 8 }],
      baseline: { y: 78, fromY: 68, toY: 88 },
    });
  });

  test('is interrupted where a value is missing, and shows that one was asked for', () => {
    const points = [point(0, 1), point(1, null, { verdict: 'noData' }), point(2, 2), point(3, 3)];
    const chart = chartOf(points, { limits: [] });
    expect(chart?.lines.map((line) => line.length)).toEqual([1, 2]);
    expect(chart?.marks.map(({ kind }) => kind)).toEqual(['passed', 'missing', 'passed', 'passed']);
  });

  test.each([
    ['infinite', [point(0, 1), point(1, Number.POSITIVE_INFINITY, { verdict: 'failed' })], [1, 3]],
    ['flat', [point(0, 4)], [2, 6]],
    ['zero', [point(0, 0)], [-1, 1]],
    ['missing altogether', [point(0, null)], [0, 1]],
  ] as const)('of a series that is %s has edges', (name, points, [low, high]) => {
    const limits = name === 'infinite' ? [3] : [];
    const chart = chartOf(points, { limits });
    expect(chart).toMatchObject({ low, high });
    for (const { x, y } of chart!.marks) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(320);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(96);
    }
  });

  test('shows limit and interval of a rule where one has computed them', () => {
    const statistics = { rule: 'compare', limit: 1.2, interval: [1, 1.4] };
    const chart = chartOf([point(0, 1.1), point(1, 1.3, { verdict: 'inconclusive', statistics })], {
      limits: [],
    });
    expect(chart).toMatchObject({
      limits: [{ value: 1.2 }],
      intervals: [{ x: 312, fromY: 8, toY: 88 }],
      marks: [{ kind: 'passed' }, { kind: 'unsure' }],
    });
  });

  test('of nothing is none', () => {
    expect(chartOf([], { limits: [1] })).toBeUndefined();
  });
});
