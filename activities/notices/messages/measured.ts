import { pointsInShort } from '../../../domain/analysis/chart-numbers.ts';
import { numberText } from '../../../domain/analysis/number-text.ts';
import type { AnalysisReport, MetricReport } from '../../../domain/analysis/report.ts';
import { scaleOf } from '../../../domain/analysis/scale.ts';
import { statisticsWords } from '../../../domain/analysis/statistics-words.ts';
import type { LetterSection } from '../letter.ts';
import type { Occasion } from '../occasion.ts';

/** As many values as fit on a line of a phone. */
const valuesShown = 6;
/** Scales in one mail; each has some 4 KB. */
const mostDrawn = 8;

/**
 * What the newest analysis of each component in this stage has measured, one row a metric: its last values, limit, what the
 * version before had, of how many measurements, and why; and below it a scale, with the numbers of the chart of its page
 * (semantics §6.4: numbers and chart in the mail).
 */
export function measuredSections({ analyses = [], stage }: Occasion): LetterSection[] {
  const here = analyses.filter(({ environment }) => environment === stage?.environment);
  const newest = [...new Map(here.map((one) => [one.service, one])).values()];
  const measured = newest.flatMap((report) => report.metrics.map((metric) => ({ report, metric })));
  // what did not pass is drawn first: mail that is too long is cut, links and all
  const drawn = [...measured]
    .sort((a, b) => Number(a.metric.phase === 'passed') - Number(b.metric.phase === 'passed'))
    .slice(0, mostDrawn);
  return measured.flatMap((one) => sectionsOf(one, drawn.includes(one)));
}

interface MeasuredOne {
  report: AnalysisReport;
  metric: MetricReport;
}

function sectionsOf({ report, metric }: MeasuredOne, isDrawn: boolean): LetterSection[] {
  const row = {
    label: `${metric.id}: ${metric.phase}`,
    value: valueOf(report, metric),
    isTold: true as const,
  };
  const scale = isDrawn ? scaleOf(metric.measurements.slice(-pointsInShort), metric) : undefined;
  return [
    { kind: 'facts', rows: [row] },
    ...(scale
      ? [{ kind: 'scale' as const, title: `${metric.id} of ${report.service}, ${report.place}`, scale }]
      : []),
  ];
}

function valueOf({ service, place }: AnalysisReport, metric: MetricReport): string {
  const { measurements, failWhen, passWhen, baseline, n, because, dryRun } = metric;
  const values = measurements
    .slice(-valuesShown)
    .map(({ value, verdict }) =>
      value === null ? (verdict === 'error' ? 'error' : 'no data') : numberText(value),
    );
  return [
    `${service}, ${place}${dryRun ? ', reported only' : ''}`,
    values.length === 0 ? 'nothing measured' : `values ${values.join(', ')}`,
    ...(failWhen === undefined ? [] : [`fails when ${failWhen}`]),
    ...(passWhen === undefined ? [] : [`passes when ${passWhen}`]),
    ...(baseline ? [`before ${numberText(baseline.median)} (${baseline.version})`] : []),
    statisticsWords(measurements.at(-1)?.statistics),
    n === 1 ? '1 measurement' : `${n} measurements`,
    because,
  ]
    .filter((words) => words !== '')
    .join(' · ');
}
