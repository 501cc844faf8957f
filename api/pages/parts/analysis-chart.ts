import { chartOf, type Chart } from '../../../domain/analysis/chart.ts';
import type { ChartedPoint } from '../../../domain/analysis/chart-numbers.ts';
import { numberText, valueText } from '../../../domain/analysis/number-text.ts';
import type { AnalysisReport, MetricReport } from '../../../domain/analysis/report.ts';
import { statisticsWords } from '../../../domain/analysis/statistics-words.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { showSecond } from '../../../platform/instants.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { metricWord } from './words.ts';

export interface ChartFrame {
  report: AnalysisReport;
  metric: MetricReport;
  zone: string;
  /** The newest so many measurements are drawn, and stand in the table. */
  points: number;
}

/**
 * One metric of one analysis: verdict and words, values over time with limits and what the version before had, and the same
 * numbers as a table (ux §5.6). Drawn here, without script; signs differ in shape, not in colour alone.
 */
export function metricFigure({ report, metric, zone, points }: ChartFrame): SafeHtml {
  const shown = metric.measurements.slice(-points);
  const chart = chartOf(shown, metric);
  const id =
    `c-${report.environment}-${report.service}-${report.place}-${report.number}-${metric.id}`.replaceAll(
      /[^A-Za-z0-9_-]/g,
      '_',
    );
  const [name, description] = describe(report, metric, shown);
  return html`<figure class="metric">${caption(report, metric, shown)}${chart && drawing(chart, { id, name, description })}${shown.length > 0 ? numbers(metric, shown, { name, zone }) : undefined}</figure>`;
}

function caption(report: AnalysisReport, metric: MetricReport, shown: readonly ChartedPoint[]): SafeHtml {
  const again = report.number > 1 ? ` (${report.number}.)` : '';
  return html`<figcaption>
    <strong>${metric.id}</strong>${metric.dryRun ? ' (reported only)' : ''} of ${report.service},
    ${report.place}${again}: ${metricWord(metric.phase)} ${oneLine(metric.because)}<br /><span
      class="small quiet"
      >${factsOf(metric, shown)}</span
    >
  </figcaption>`;
}

/** `now 0.5 · fails when value > 0.02 · before 0.004 (1.3.9, 60 measurements) · 12 measurements`. */
function factsOf(metric: MetricReport, shown: readonly ChartedPoint[]): string {
  const { failWhen, passWhen, baseline, n } = metric;
  const last = shown.at(-1);
  return [
    `now ${valueText(last?.value ?? null)}`,
    ...(failWhen === undefined ? [] : [`fails when ${failWhen}`]),
    ...(passWhen === undefined ? [] : [`passes when ${passWhen}`]),
    ...(baseline
      ? [
          `before ${numberText(baseline.median)}, nine of ten between ${numberText(baseline.low)} and ${numberText(baseline.high)} (${baseline.version}, ${counted(baseline.n)})`,
        ]
      : []),
    counted(n),
    statisticsWords(last?.statistics),
  ]
    .filter((words) => words !== '')
    .join(' · ');
}

const counted = (n: number): string => (n === 1 ? '1 measurement' : `${n} measurements`);

/** What somebody who does not see the drawing is told of it; the table has every number. */
function describe(
  report: AnalysisReport,
  metric: MetricReport,
  shown: readonly ChartedPoint[],
): [name: string, description: string] {
  const values = shown.flatMap(({ value }) => (value === null || Number.isNaN(value) ? [] : [value]));
  const failed = shown.filter(({ verdict }) => verdict === 'failed').length;
  const range =
    values.length === 0
      ? 'No value.'
      : `Values between ${numberText(Math.min(...values))} and ${numberText(Math.max(...values))}.`;
  const limits = metric.limits.length > 0 ? ` Limit ${metric.limits.map(numberText).join(', ')}.` : '';
  return [
    `${metric.id} of ${report.service} in ${report.environment}, ${report.place}${report.number > 1 ? ` (${report.number}.)` : ''}`,
    `${range} ${failed} of ${shown.length} failed, ${shown.length - values.length} without data.${limits}`,
  ];
}

/** One path of a class; nothing where there is nothing to draw. */
const path = (name: string, pieces: readonly string[]): SafeHtml | undefined =>
  pieces.length === 0 ? undefined : html`<path class="${name}" d="${pieces.join('')}" />`;

type Mark = Chart['marks'][number];
const tenth = (value: number): number => Math.round(value * 10) / 10;
const signs: Record<Mark['kind'], { name: string; draw: (mark: Mark) => string }> = {
  passed: { name: 'dot', draw: ({ x, y }) => `M${x} ${y}h0` },
  failed: { name: 'failed', draw: ({ x, y }) => `M${tenth(x - 3.5)} ${tenth(y - 3.5)}h7v7h-7z` },
  unsure: { name: 'unsure', draw: ({ x, y }) => `M${x} ${tenth(y - 4.5)}l4 4.5l-4 4.5l-4 -4.5z` },
  missing: { name: 'missing', draw: ({ x, y }) => `M${tenth(x - 3)} ${tenth(y - 3)}l6 6m0 -6l-6 6` },
};
const across = (y: number, width: number): string => `M0 ${y}H${width}`;

function drawing(
  { width, height, baseline, limits, lines, intervals, marks }: Chart,
  { id, name, description }: { id: string; name: string; description: string },
): SafeHtml {
  const shapes = [
    baseline &&
      path('before', [`M0 ${baseline.fromY}H${width}V${Math.max(baseline.toY, baseline.fromY + 1)}H0z`]),
    baseline && path('median', [across(baseline.y, width)]),
    path(
      'limit',
      limits.map(({ y }) => across(y, width)),
    ),
    path(
      'interval',
      intervals.map(({ x, fromY, toY }) => `M${x} ${fromY}V${toY}`),
    ),
    path(
      'line',
      lines.map((line) => `M${line.map((place) => place.join(' ')).join('L')}`),
    ),
    ...Object.entries(signs).map(([kind, sign]) =>
      path(sign.name, marks.filter((mark) => mark.kind === kind).map(sign.draw)),
    ),
  ];
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-labelledby="${id}-t"
    aria-describedby="${id}-d"
  >
    <title id="${id}-t">${name}</title>
    <desc id="${id}-d">${description}</desc>
    ${shapes}
  </svg>`;
}

function numbers(
  metric: MetricReport,
  shown: readonly ChartedPoint[],
  { name, zone }: { name: string; zone: string },
): SafeHtml {
  const which =
    metric.n > shown.length
      ? `The newest ${shown.length} of ${metric.n} measurements`
      : `All ${counted(metric.n)}`;
  return html`<details>
    <summary>Numbers of ${metric.id}</summary>
    <div class="wide" role="region" aria-label="Numbers of ${name}" tabindex="0">
      <table class="small">
        <caption>
          ${which}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Value</th>
            <th scope="col">Verdict</th>
            <th scope="col">Because</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((one) => numberRow(one, zone))}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** Short on purpose: a page has many of them. */
const numberRow = ({ at, value, verdict, because }: ChartedPoint, zone: string): SafeHtml =>
  html`<tr><td><time datetime="${at}">${showSecond(at, zone)}</time></td><td>${valueText(value)}</td><td>${verdictWords[verdict] ?? verdict}</td><td>${oneLine(because, 120)}</td></tr>`;

const verdictWords: Record<string, string> = {
  passed: 'passed',
  failed: 'failed',
  inconclusive: 'could not tell',
  noData: 'no data',
  error: 'no answer',
  running: 'too early',
};

/** What the signs mean, once a page. */
export const chartLegend = html`<p class="small quiet">
  In charts: ● passed, ■ failed, ◆ could not tell, × no data. The dashed line is a limit. The band is where nine of ten values of the
  version before lay, with its median as a line.
</p>`;
