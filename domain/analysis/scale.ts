import { chartNumbers, placeOf, type ChartedPoint } from './chart-numbers.ts';
import { numberText } from './number-text.ts';
import type { MetricReport } from './report.ts';

/**
 * One metric at one instant, for where no chart over time can be drawn, such as mail: what it is now, what the version before had
 * and its limits, one below the other on one scale, which has the edges of its chart.
 */
export interface Scale {
  /** Values at the left and right edge. */
  low: number;
  high: number;
  /** At least one has a mark. */
  rows: ScaleRow[];
}

/** Places are shares of the way from the left edge to the right one, 0 to 1. */
export interface ScaleRow {
  kind: 'now' | 'before' | 'limit';
  /** The row in words, with every number that is drawn: `before 0.004 (nine of ten: 0 to 0.01)`. */
  label: string;
  /** Absent where there is no value. */
  mark?: number;
  band?: [from: number, to: number];
}

/** Undefined where there is nothing to draw. */
export function scaleOf(
  points: readonly ChartedPoint[],
  of: Pick<MetricReport, 'limits' | 'baseline'>,
): Scale | undefined {
  const { limits, intervals, baseline, low, high } = chartNumbers(points, of);
  const place = (value: number): number => placeOf(value, { low, high });
  const last = points.at(-1);
  const interval = intervals.find(({ at }) => at === last?.at)?.interval;
  const rows = [
    nowRow(points, { place, interval }),
    ...(baseline ? [beforeRow(baseline, place)] : []),
    ...limits.map((limit): ScaleRow => ({
      kind: 'limit',
      label: `limit ${numberText(limit)}`,
      mark: place(limit),
    })),
  ];
  return rows.some(({ mark }) => mark !== undefined) ? { low, high, rows } : undefined;
}

function nowRow(
  points: readonly ChartedPoint[],
  { place, interval }: { place: (value: number) => number; interval: [number, number] | undefined },
): ScaleRow {
  const [value, before] = [points.at(-1)?.value, points.findLast(hasValue)?.value];
  if (!isValue(value))
    return { kind: 'now', label: `no data now${isValue(before) ? ` (last: ${numberText(before)})` : ''}` };
  const [from, to] = interval ?? [];
  return from === undefined || to === undefined
    ? { kind: 'now', label: `now ${numberText(value)}`, mark: place(value) }
    : {
        kind: 'now',
        label: `now ${numberText(value)} (with 95 %: ${numberText(from)} to ${numberText(to)})`,
        mark: place(value),
        band: [place(from), place(to)],
      };
}

const isValue = (value: number | null | undefined): value is number =>
  typeof value === 'number' && !Number.isNaN(value);
const hasValue = ({ value }: ChartedPoint): boolean => isValue(value);

const beforeRow = (
  { median, low, high }: NonNullable<MetricReport['baseline']>,
  place: (value: number) => number,
): ScaleRow => ({
  kind: 'before',
  label: `before ${numberText(median)} (nine of ten: ${numberText(low)} to ${numberText(high)})`,
  mark: place(median),
  band: [place(low), place(high)],
});

export type Cell = 'mark' | 'band' | 'empty';

/** A row as so many cells of one width, from left to right: the mark above its band, each at least one cell wide. */
export function cellsOf({ mark, band }: ScaleRow, count: number): Cell[] {
  const cellAt = (place: number): number => Math.min(count - 1, Math.floor(place * count));
  return Array.from({ length: count }, (_, cell): Cell => {
    if (mark !== undefined && cell === cellAt(mark)) return 'mark';
    return band && cell >= cellAt(band[0]) && cell <= cellAt(band[1]) ? 'band' : 'empty';
  });
}

/** What is seen of a row, for whoever does not see it: `at 40 % of the scale, its band from 0 % to 50 %`. */
export function seenInWords({ mark, band }: ScaleRow): string {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  if (mark === undefined) return 'nothing to show';
  const at = `at ${percent(mark)} of the scale`;
  return band ? `${at}, its band from ${percent(band[0])} to ${percent(band[1])}` : at;
}
