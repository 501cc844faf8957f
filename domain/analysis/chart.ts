import { chartNumbers, placeOf, type ChartedPoint } from './chart-numbers.ts';
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
  of: Pick<MetricReport, 'limits' | 'baseline'>,
): Chart | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return undefined;
  const { limits, intervals, baseline, low, high } = chartNumbers(points, of);
  const from = Date.parse(first.at);
  const span = Date.parse(last.at) - from;
  const x = (at: string): number =>
    round(span === 0 ? width / 2 : margin + ((Date.parse(at) - from) / span) * (width - 2 * margin));
  const y = (value: number): number =>
    round(margin + (1 - placeOf(value, { low, high })) * (height - 2 * margin));
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
    limits: limits.map((value) => ({ value, y: y(value) })),
    ...(baseline
      ? { baseline: { y: y(baseline.median), fromY: y(baseline.high), toY: y(baseline.low) } }
      : {}),
    low,
    high,
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

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
