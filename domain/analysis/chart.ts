import type { MetricReport } from './report.ts';

/** Places are in units of the drawing, x from the left and y from the top, rounded to a tenth. */
export interface Chart {
  width: number;
  height: number;
  /** Runs of values without a gap between them, in order. */
  lines: [x: number, y: number][][];
  marks: { x: number; y: number; kind: 'passed' | 'failed' | 'unsure' | 'missing' }[];
  /** Where the effect lies with 95 %, of rules that say so. */
  intervals: { x: number; fromY: number; toY: number }[];
  limits: { value: number; y: number }[];
  baseline?: { y: number; fromY: number; toY: number };
  /** Values at the lower and upper edge. */
  low: number;
  high: number;
}

export type ChartedPoint = MetricReport['measurements'][number];

const width = 320;
const height = 96;
const margin = 8;

/**
 * Where everything of one metric stands in its chart: the measurements that are handed in, their limits, and what the version
 * before had. A value that is infinite stands at the edge; one that is missing at the bottom, and interrupts the line.
 * Undefined where there is nothing to draw.
 */
export function chartOf(
  points: readonly ChartedPoint[],
  { limits, baseline }: Pick<MetricReport, 'limits' | 'baseline'>,
): Chart | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return undefined;
  const allLimits = [...limits, ...ruleLimits(points)];
  const intervals = points.flatMap((point) => {
    const interval = intervalOf(point.statistics);
    return interval ? [{ at: point.at, interval }] : [];
  });
  const shown = [
    ...points.flatMap(({ value }) => (value === null ? [] : [value])),
    ...allLimits,
    ...intervals.flatMap(({ interval }) => interval),
    ...(baseline ? [baseline.low, baseline.median, baseline.high] : []),
  ].filter(Number.isFinite);
  const { low, high } = edges(shown);
  const from = Date.parse(first.at);
  const span = Date.parse(last.at) - from;
  const x = (at: string): number =>
    round(span === 0 ? width / 2 : margin + ((Date.parse(at) - from) / span) * (width - 2 * margin));
  const y = (value: number): number => {
    const inside = Math.min(high, Math.max(low, value));
    return round(margin + ((high - inside) / (high - low)) * (height - 2 * margin));
  };
  return {
    width,
    height,
    lines: linesOf(points, x, y),
    marks: points.map((point) => ({
      x: x(point.at),
      y: point.value === null || Number.isNaN(point.value) ? height - margin / 2 : y(point.value),
      kind: kindOf(point),
    })),
    intervals: intervals.map(({ at, interval: [bottom, top] }) => ({
      x: x(at),
      fromY: y(top),
      toY: y(bottom),
    })),
    limits: allLimits.map((value) => ({ value, y: y(value) })),
    ...(baseline
      ? { baseline: { y: y(baseline.median), fromY: y(baseline.high), toY: y(baseline.low) } }
      : {}),
    low,
    high,
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** A flat series gets room above and below it. */
function edges(values: readonly number[]): { low: number; high: number } {
  if (values.length === 0) return { low: 0, high: 1 };
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (high > low) return { low, high };
  const room = low === 0 ? 1 : Math.abs(low) / 2;
  return { low: low - room, high: high + room };
}

function linesOf(
  points: readonly ChartedPoint[],
  x: (at: string) => number,
  y: (value: number) => number,
): Chart['lines'] {
  const lines: Chart['lines'] = [];
  let line: Chart['lines'][number] = [];
  for (const { at, value } of points) {
    if (value === null || Number.isNaN(value)) line = [];
    else {
      if (line.length === 0) lines.push(line);
      line.push([x(at), y(value)]);
    }
  }
  return lines;
}

function kindOf({ value, verdict }: ChartedPoint): Chart['marks'][number]['kind'] {
  if (value === null || Number.isNaN(value)) return 'missing';
  if (verdict === 'failed') return 'failed';
  return verdict === 'passed' ? 'passed' : 'unsure';
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** The limit of a rule stands in its statistics, not in a condition; the newest one counts. */
function ruleLimits(points: readonly ChartedPoint[]): number[] {
  const found = points.map(({ statistics }) => record(statistics)['limit']).filter(isFiniteNumber);
  return found.slice(-1);
}

function intervalOf(statistics: unknown): [number, number] | undefined {
  const interval = record(statistics)['interval'];
  if (!Array.isArray(interval)) return undefined;
  const [low, high] = interval as unknown[];
  return isFiniteNumber(low) && isFiniteNumber(high) ? [low, high] : undefined;
}

const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
