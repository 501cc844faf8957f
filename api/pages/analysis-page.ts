import type { AnalysisReport } from '../../domain/analysis/report.ts';
import { releaseTitle, type ReleaseView } from '../../domain/release/release.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import { chartLegend, metricFigure } from './parts/analysis-chart.ts';
import { time } from './parts/time.ts';
import { metricWord } from './parts/words.ts';

const pointsShown = 200;

/** Every analysis of one release, with charts and numbers, as it was at an instant. Needs no script. */
export function analysisPage(o: {
  caller: Caller;
  view: ReleaseView;
  analyses: readonly AnalysisReport[];
  /** The instant that was asked for; absent: now. */
  at?: string;
  zone: string;
  inbox: boolean;
}): string {
  const { caller, view, analyses, at, zone, inbox } = o;
  const title = `What was measured of ${releaseTitle(view.components)}`;
  return page({
    title,
    caller,
    inbox,
    twin: `/releases/${view.id}/analysis.json`,
    body: html`<p class="small"><a href="/releases/${view.id}">Back to the release</a></p>
      <h1>${title}</h1>
      ${at === undefined ? undefined : html`<p>As it was on ${time(at, zone)}. <a href="/releases/${view.id}/analysis">As it is now</a></p>`}
      <form method="get" action="/releases/${view.id}/analysis">
        <div class="field">
          <label class="above" for="at">As it was at <span class="quiet">(your time zone)</span></label
          ><input type="datetime-local" id="at" name="at" step="1" required />
        </div>
        <button class="second">Show</button>
      </form>
      ${
        analyses.length === 0
          ? html`<p>
              Nothing ${at === undefined ? 'has' : 'had'} been measured. Metrics stand in gantry.yaml under
              <code>analysis</code>. On the command line: <code>gantry analyze ${view.id}</code>
            </p>`
          : html`${chartLegend}${analyses.toReversed().map((one) => section(one, zone))}`
      }`,
  });
}

const section = (report: AnalysisReport, zone: string): SafeHtml => {
  const id = `a-${report.environment}-${report.service}-${report.place}-${report.number}`.replaceAll(
    /[^A-Za-z0-9_-]/g,
    '_',
  );
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">
      ${report.service} in ${report.environment},
      ${report.place}${report.number > 1 ? ` (${report.number}.)` : ''}
    </h2>
    <p>
      ${metricWord(report.phase)} ${oneLine(report.because)}
      ${report.startedAt === undefined ? undefined : html`<br /><span class="small quiet">${time(report.startedAt, zone)}${report.endedAt === undefined ? undefined : html` to ${time(report.endedAt, zone)}`}</span>`}
    </p>
    ${report.metrics.map((metric) => metricFigure({ report, metric, zone, points: pointsShown }))}
  </section>`;
};
