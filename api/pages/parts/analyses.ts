import { pointsInShort } from '../../../domain/analysis/chart-numbers.ts';
import { worstFirst } from '../../../domain/analysis/phases.ts';
import type { AnalysisReport } from '../../../domain/analysis/report.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { chartLegend, metricFigure } from './analysis-chart.ts';

/** The release page stays below 40 kB (ux §9): so many charts of so many points; all others are one link away. */
const chartsOnPage = 4;

/** Charts of the newest analysis of each component in one stage, in trouble first. */
export function stageCharts(
  analyses: readonly AnalysisReport[],
  { environment, releaseId, zone }: { environment: string; releaseId: string; zone: string },
): SafeHtml | undefined {
  const here = analyses.filter((one) => one.environment === environment);
  const newest = [...new Map(here.map((one) => [one.service, one])).values()];
  const charts = newest
    .flatMap((report) => report.metrics.map((metric) => ({ report, metric })))
    .sort((a, b) => worstFirst.indexOf(a.metric.phase) - worstFirst.indexOf(b.metric.phase));
  if (charts.length === 0) return undefined;
  const shown = charts.slice(0, chartsOnPage);
  const all = here.reduce((sum, { metrics }) => sum + metrics.length, 0);
  return html`<h3>What was measured</h3>
    ${shown.map((one) => metricFigure({ ...one, zone, points: pointsInShort }))} ${chartLegend}
    <p class="small">
      <a href="/releases/${releaseId}/analysis"
        >${all > shown.length ? `All ${all} series, with every number` : 'Every number, and how it was at a time'}</a
      >
    </p>`;
}
