import type { MetricReport } from './report.ts';

export type ChartedPoint = MetricReport['measurements'][number];

/** The newest so many measurements are drawn where there is little room: the page of a release, and mail. So both have the same edges. */
export const pointsInShort = 16;

/** What is drawn of one metric beside its values, and between which values all of it lies: the same on pages and in mail. */
export interface ChartNumbers {
  /** Of conditions and of the rule. */
  limits: number[];
  /** Where the effect lies with 95 %, of rules that say so. */
  intervals: { at: string; interval: [low: number, high: number] }[];
  /** What the version before had, where it had numbers. */
  baseline?: NonNullable<MetricReport['baseline']>;
  /** Values at both edges; never equal. */
  low: number;
  high: number;
}

/** The numbers of a drawing of these measurements, with their limits and what the version before had. */
export function chartNumbers(
  points: readonly ChartedPoint[],
  of: Pick<MetricReport, 'limits' | 'baseline'>,
): ChartNumbers {
  const limits = [...of.limits, ...ruleLimits(points)].filter(Number.isFinite);
  const baseline =
    of.baseline && [of.baseline.low, of.baseline.median, of.baseline.high].every(Number.isFinite)
      ? of.baseline
      : undefined;
  const intervals = points.flatMap((point) => {
    const interval = intervalOf(point.statistics);
    return interval ? [{ at: point.at, interval }] : [];
  });
  const shown = [
    ...points.flatMap(({ value }) => (value === null ? [] : [value])),
    ...limits,
    ...intervals.flatMap(({ interval }) => interval),
    ...(baseline ? [baseline.low, baseline.median, baseline.high] : []),
  ].filter(Number.isFinite);
  return { limits, intervals, ...(baseline ? { baseline } : {}), ...edges(shown) };
}

/** A flat series gets room above and below it. */
function edges(values: readonly number[]): { low: number; high: number } {
  if (values.length === 0) return { low: 0, high: 1 };
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (high > low) return { low, high };
  const room = low === 0 ? 1 : Math.max(Math.abs(low) / 2, Number.MIN_VALUE);
  return { low: Math.max(low - room, -Number.MAX_VALUE), high: Math.min(high + room, Number.MAX_VALUE) };
}

/** How far a value is on the way from the low edge to the high one, 0 to 1; what is beyond an edge is at it. */
export function placeOf(value: number, { low, high }: Pick<ChartNumbers, 'low' | 'high'>): number {
  const inside = Math.min(high, Math.max(low, value));
  const way = high - low;
  return Number.isFinite(way) ? (inside - low) / way : (inside / 2 - low / 2) / (high / 2 - low / 2); // by halves where the way is longer than any number
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The limit of a rule stands in its statistics, not in a condition; the newest one counts. */
function ruleLimits(points: readonly ChartedPoint[]): number[] {
  const found = points.map(({ statistics }) => record(statistics)['limit']).filter(isFiniteNumber);
  return found.slice(-1);
}

/** Where the effect lies with 95 %, where a rule has computed that. */
function intervalOf(statistics: unknown): [low: number, high: number] | undefined {
  const interval = record(statistics)['interval'];
  if (!Array.isArray(interval)) return undefined;
  const [low, high] = interval as unknown[];
  return isFiniteNumber(low) && isFiniteNumber(high) ? [low, high] : undefined;
}

const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
