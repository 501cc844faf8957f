import { describe, expect, test } from '@jest/globals';
import type { ChartedPoint } from './chart-numbers.ts';
import { chartOf } from './chart.ts';
import { cellsOf, scaleOf, seenInWords } from './scale.ts';

const point = (value: number | null, over: Partial<ChartedPoint> = {}): ChartedPoint => ({
  number: 1,
  at: '2026-06-01T09:00:00.000Z',
  value,
  verdict: 'passed',
  because: '',
  ...over,
});
const baseline = { version: '1.3.9', n: 10, median: 2, low: 1, high: 3 };
const picture = (cells: readonly string[]): string =>
  cells.map((cell) => ({ mark: '█', band: '▒' })[cell] ?? '░').join('');

describe('a scale', () => {
  test('shows now, before and limit one below the other, between the edges of the chart of the page', () => {
    const points = [point(5), point(4)];
    const of = { limits: [9], baseline };
    const scale = scaleOf(points, of)!;
    const { low, high } = chartOf(points, of)!;
    expect(scale).toMatchObject({ low, high });
    expect(scale.rows.map((row) => `${picture(cellsOf(row, 8))} ${row.label}`)).toEqual([
      '░░░█░░░░ now 4',
      '▒█▒░░░░░ before 2 (nine of ten: 1 to 3)',
      '░░░░░░░█ limit 9',
    ]);
  });

  test('shows limit and interval of a rule that has computed them', () => {
    const statistics = { rule: 'compare', limit: 1.2, interval: [1, 1.4] };
    const scale = scaleOf([point(1.3, { statistics })], { limits: [] })!;
    expect(scale.rows.map((row) => `${picture(cellsOf(row, 8))} ${row.label}`)).toEqual([
      '▒▒▒▒▒▒█▒ now 1.3 (with 95 %: 1 to 1.4)',
      '░░░░█░░░ limit 1.2',
    ]);
  });

  test('says that there is no value now, and marks none', () => {
    const [now] = scaleOf([point(1), point(null, { verdict: 'noData' })], { limits: [2] })!.rows;
    expect(now).toEqual({ kind: 'now', label: 'no data now (last: 1)' });
    expect(picture(cellsOf(now!, 4))).toBe('░░░░');
  });

  test('holds an infinite value at its edge', () => {
    const [now] = scaleOf([point(1), point(Number.POSITIVE_INFINITY)], { limits: [3] })!.rows;
    expect(now).toMatchObject({ label: 'now +Inf', mark: 1 });
  });

  test.each([
    ['as far apart as numbers can be', [-1e308, 1e308], '░░░░░░░█'],
    ['the least that there is', [5e-324], '░░░░█░░░'],
    ['nearly the greatest', [1.7e308], '░░░░░░░█'],
  ])('finds a place for values that are %s', (_, values, shown) => {
    const [now] = scaleOf(
      values.map((value) => point(value)),
      { limits: [] },
    )!.rows;
    expect(picture(cellsOf(now!, 8))).toBe(shown);
    expect(seenInWords(now!)).not.toContain('NaN');
  });

  test('shows nothing before, and no limit, that is no number', () => {
    const of = { limits: [Number.NaN], baseline: { ...baseline, low: Number.NaN } };
    expect(scaleOf([point(1)], of)!.rows.map(({ kind }) => kind)).toEqual(['now']);
  });

  test('of nothing is none', () => {
    expect(scaleOf([], { limits: [] })).toBeUndefined();
    expect(scaleOf([point(null)], { limits: [] })).toBeUndefined();
  });

  test('is told in words to whoever does not see it', () => {
    const [now, before] = scaleOf([point(4)], { limits: [9], baseline })!.rows;
    expect(seenInWords(now!)).toBe('at 38 % of the scale');
    expect(seenInWords(before!)).toBe('at 13 % of the scale, its band from 0 % to 25 %');
  });
});
