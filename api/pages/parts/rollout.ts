import { valueText } from '../../../domain/analysis/number-text.ts';
import { metricRows, type MetricRow } from '../../../domain/release/metric-rows.ts';
import type { RolloutView, StageView } from '../../../domain/release/release.ts';
import type { StepView } from '../../../domain/rollout/view.ts';
import { sinceAt, standsOrStood, type SaidSince } from '../../../domain/rollout/left-then.ts';
import { isBack, shareWord, stepName, untilWords } from '../../../domain/rollout/where.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import { oneLine } from '../../../platform/plain-text.ts';
import { targetTable } from './targets.ts';
import { local, time } from './time.ts';
import { metricWord, stepWords, stageWord, type StandingRelease } from './words.ts';

/** The stages as a row of places, with what each of them has by now. */
export const stageRail = (view: StandingRelease & { stages: readonly StageView[] }): SafeHtml =>
  html`<ol class="rail">
    ${view.stages.map((stage) =>
      stage.environment === view.stage
        ? html`<li aria-current="step">${railItem(stage, view)}</li>`
        : html`<li>${railItem(stage, view)}</li>`,
    )}
  </ol>`;

const railItem = (stage: StageView, view: StandingRelease): SafeHtml =>
  html`<strong>${stage.environment}</strong> ${stageWord(stage, view)}${stage.rollout.filter(hasBegun).map(
    (one) =>
      html`<br />${one.service} ${one.version}, ${one.exposure}
            %${one.previousVersion === undefined ? undefined : html` <span class="small quiet">before: ${one.previousVersion}</span>`}`,
  )}`;

const hasBegun = ({ steps }: RolloutView): boolean => steps.some((step) => step.state !== 'pending');

/** Whether the release of a stage has ended, and what has its places since. */
interface Then {
  isOver: boolean;
  said?: readonly SaidSince[];
}

/** One stage's way into its environment: steps, share of traffic, what was undone, what was measured. */
export function rolloutSection(stage: StageView, zone: string, then: Then = { isOver: false }): SafeHtml {
  const metrics = metricRows(stage);
  return html`${stage.rollout.map((one) => rollout(one, { environment: stage.environment, zone, ...then }))}
  ${stage.soakUntil === undefined ? undefined : html`<p>Watched until ${time(stage.soakUntil, zone)}.</p>`}
  ${metrics.length > 0 ? metricTable(metrics, stage.environment) : undefined}`;
}

function standingWords(one: RolloutView, o: Then & { environment: string; zone: string }): string {
  const words = standsOrStood(one, o);
  const at = o.said?.find(({ sentence }) => words.endsWith(sentence))?.at;
  return at === undefined ? words : local(words, at, o.zone);
}

function rollout(
  one: RolloutView,
  { environment, zone, ...then }: Then & { environment: string; zone: string },
): SafeHtml {
  const { isOver } = then;
  return html`<h3>
      ${one.service}
      ${one.version}: ${standingWords(one, { environment, zone, ...then })}${one.previousVersion === undefined ? undefined : html` <span class="quiet">(before: ${one.previousVersion})</span>`}
    </h3>
    <p>
      <label
        >${one.exposure} % ${shareWord(one)} on ${one.version}
        <meter
          min="0"
          max="100"
          value="${one.exposure}"
          aria-label="${one.service} in ${environment}: share ${shareWord(one)} on ${one.version}"
        >
          ${one.exposure} %
        </meter></label
      >
    </p>
    <ol>
      ${one.steps.map(
        (step) =>
          html`<li>
            ${stepName(step)}:
            ${stepState(step, { isOver, isUndone: isBack(one), zone })}${stepNotes(step)}
          </li>`,
      )}
    </ol>
    ${targetTable(one, environment, zone)}
    ${one.compensation && one.compensation.state !== 'pending' ? html`<p><strong>Undo:</strong> ${undoWord(one.compensation.state, sinceAt(then.said, { environment, service: one.service }))}. ${oneLine(one.compensation.because)} <span class="quiet">${one.compensation.attempts === 1 ? '1 attempt' : `${one.compensation.attempts} attempts`}</span>${mending(one.compensation)}</p>` : undefined}`;
}

/** How a step stands and since when. One that was under way when all was undone is over: it neither holds anything nor is anything left there. */
function stepState(
  { state, startedAt, endedAt }: StepView,
  { isOver, isUndone, zone }: { isOver: boolean; isUndone: boolean; zone: string },
): SafeHtml {
  const isUnderWay = state === 'holding' || state === 'applying';
  if (isUndone && isUnderWay)
    return html`taken back${startedAt === undefined ? undefined : html` (begun ${time(startedAt, zone)})`}`;
  const stood = isOver && state === 'holding' ? 'left there' : stepWords[state];
  if (endedAt !== undefined) return html`${stood}, ${time(endedAt, zone)}`;
  return html`${stood}${startedAt === undefined ? undefined : html` since ${time(startedAt, zone)}`}`;
}

/** How long its pause lasts, who skipped it, and how the test before a switch went. */
function stepNotes({ until, skipped, test, ...step }: StepView): SafeHtml {
  return html`${until === undefined ? undefined : html`, ${untilWords({ until, ...step })}`}${skipped && html`, pause skipped by ${skipped.by}: ${oneLine(skipped.reason)}`}${test && html`; test before the switch: ${test.outcome}, ${oneLine(test.summary)}`}`;
}

/** What a person would run to bring it back by hand. */
const mending = ({ state, command }: NonNullable<RolloutView['compensation']>): SafeHtml | undefined =>
  command !== undefined && (state === 'failed' || state === 'needsPeople')
    ? html`<br />By hand: <code>${command}</code>`
    : undefined;

const undoWord = (state: keyof typeof undoWords, since: SaidSince | undefined): string =>
  since && state === 'left' ? 'was left as it was' : undoWords[state];

const undoWords = {
  running: 'under way',
  compensated: 'done',
  notNeeded: 'not needed',
  failed: 'failed',
  needsPeople: 'needs a person',
  doneByHand: 'done by hand',
  left: 'left as it is',
} as const;

const metricTable = (rows: readonly MetricRow[], environment: string): SafeHtml =>
  html`<div class="wide" role="region" aria-label="Metrics of ${environment}" tabindex="0">
    <table>
      <caption>
        Metrics that this stage was judged by
      </caption>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Of</th>
          <th scope="col">Verdict</th>
          <th scope="col">Last</th>
          <th scope="col">Measured</th>
          <th scope="col">Because</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ service, metric }) =>
            html`<tr>
              <th scope="row">
                ${metric.id}${metric.dryRun ? html` <span class="quiet">(reported only)</span>` : undefined}
              </th>
              <td>${service ?? 'not known'}</td>
              <td>${metricWord(metric.phase)}</td>
              <td>
                ${valueText(metric.last?.value)}
              </td>
              <td>${metric.measurements}</td>
              <td>${oneLine(metric.because)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
