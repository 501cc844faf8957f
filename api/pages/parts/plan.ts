import { inOrder, milestoneWord } from '../../../domain/release/milestones.ts';
import type { MilestoneView, ReleaseView } from '../../../domain/release/release.ts';
import { startPlanOf, type StartPlan } from '../../../domain/release/start-plan.ts';
import { html, type SafeHtml } from '../../../platform/html.ts';
import type { AwaitedThing, ReleasePlanFacts } from '../../../platform/record/calendar/plan-of-release.ts';
import { time } from './time.ts';
import { word } from './words.ts';

interface Shown {
  view: ReleaseView;
  zone: string;
  nameOf: (person: string) => string;
  plan: ReleasePlanFacts;
  /** What the calendar says against the start as it is planned. */
  startNote?: string | undefined;
}

/** When it is to start, what it has reserved and waits for, and its milestones; nothing where nothing is planned. */
export function planSection({ view, zone, nameOf, plan, startNote }: Shown): SafeHtml | undefined {
  const start = startPlanOf(view);
  const isStartTold = start !== undefined && (view.schedule !== undefined || start.expected !== undefined);
  const milestones = inOrder(view.milestones ?? []);
  if (!isStartTold && milestones.length + plan.reservations.length + plan.awaits.length === 0)
    return undefined;
  return html`<section aria-labelledby="plan">
    <h2 id="plan">Plan</h2>
    <ul class="plain">
      ${isStartTold ? startRows(start, zone) : undefined}
      ${startNote === undefined ? undefined : html`<li class="notice">${startNote}</li>`}
      ${plan.reservations.map(
        (one) =>
          html`<li>
            <strong>Reserved</strong>${one.state === 'queued' ? ', once it is free' : ''}: ${one.environment}, ${time(one.start, zone)} –
            ${time(one.end, zone)}
          </li>`,
      )}
      ${plan.awaits.map(awaitedRow)} ${milestones.map((one) => milestoneRow(one, zone, nameOf))}
    </ul>
  </section>`;
}

function startRows({ how, at, startBy, expected, environment }: StartPlan, zone: string): SafeHtml {
  const when =
    how === 'nextSlot'
      ? 'in the next slot that fits'
      : at === undefined
        ? 'as soon as it may'
        : time(at, zone);
  return html`<li>
      <strong>Start in ${environment}</strong>:
      ${when}${startBy === undefined ? undefined : html`, at the latest before ${time(startBy, zone)}`}
    </li>
    ${
      expected &&
      html`<li>
        <strong>Expected</strong> in ${environment}: ${time(expected.start, zone)} – ${time(expected.end, zone)}${expected.isEarliest ? ', at the earliest' : ''}
      </li>`
    }`;
}

const tones = { met: 'good', waiting: 'wait', failed: 'bad' } as const;

const awaitedRow = ({ what, state, because, releaseId }: AwaitedThing): SafeHtml =>
  html`<li>
    <strong>Waits for</strong>
    ${releaseId === undefined ? what : html`<a href="/releases/${releaseId}">${what}</a>`}
    ${word(state, tones[state])}<br /><span class="quiet">${because}</span>
  </li>`;

function milestoneRow(
  { kind, plannedAt, estimateAt, actualAt, owner }: MilestoneView,
  zone: string,
  nameOf: (person: string) => string,
): SafeHtml {
  const now =
    actualAt !== undefined
      ? html`, ${word('reached', actualAt > plannedAt ? 'plain' : 'good')} ${time(actualAt, zone)}`
      : estimateAt === plannedAt
        ? undefined
        : html`, now expected ${time(estimateAt, zone)}`;
  return html`<li>
    <strong>Milestone ${milestoneWord(kind)}</strong>: planned
    ${time(plannedAt, zone)}${now}${owner === undefined ? undefined : html`; owner ${nameOf(owner)}`}
  </li>`;
}
