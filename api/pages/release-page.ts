import type { AskedBefore } from '../../domain/release/asked-before.ts';
import type { AnalysisReport } from '../../domain/analysis/report.ts';
import { askedLevel } from '../../domain/gates/approvals/asked-level.ts';
import { electorateOf } from '../../domain/gates/approvals/electorate.ts';
import { leftInWords, type LeftPart } from '../../domain/rollout/live-in-part.ts';
import type { SaidSince } from '../../domain/rollout/left-then.ts';
import { mayVote } from '../../domain/gates/approvals/quorum.ts';
import { isBroken, notOpened } from '../../domain/release/break-glass.ts';
import { inReleaseOrder } from '../../domain/release/in-release-order.ts';
import { headlineSince } from '../../domain/release/words.ts';
import { fromTo } from '../../domain/release/stage-words.ts';
import type { BannedRow } from '../../platform/record/gates/what-runs-banned.ts';
import type { ScannedLink } from '../../platform/record/scanned-links.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { namesOfAll } from '../../domain/release/names.ts';
import { explain, type Explanation } from '../../domain/release/explain.ts';
import {
  currentStage,
  releaseTitle,
  type ReleaseView,
  type StageView,
} from '../../domain/release/release.ts';
import { timelinePart, type TimelinePart } from '../../domain/release/timeline-part.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import type { AskedBeside } from '../../platform/record/asked-beside.ts';
import type { MovedSince } from '../../platform/record/moved-since.ts';
import type { ApprovalRequestRow } from '../../platform/record/approvals.ts';
import type { RunningRow } from '../../platform/record/running.ts';
import type { PeoplePlan } from '../../platform/record/people-plans.ts';
import type { ReleasePlanFacts } from '../../platform/record/calendar/plan-of-release.ts';
import type { TimelineEntry } from '../../platform/record/releases.ts';
import type { Caller } from '../auth/caller.ts';
import { levelOf, whyNotWithdrawn } from '../auth/level.ts';
import { explanationFor } from '../next-for.ts';
import { csrfInput, page } from './layout.ts';
import { stageCharts } from './parts/analyses.ts';
import type { SentForm } from './parts/sent-form.ts';
import type { Afterwards } from '../../platform/record/afterwards.ts';
import { afterwardsSection } from './parts/afterwards.ts';
import { askedBeforeSection } from './parts/asked-before.ts';
import { askedBesideSection } from './parts/asked-beside.ts';
import { movedSinceSection } from './parts/moved-since.ts';
import { commandForms } from './parts/commands.ts';
import { errorList, type RefusedForm } from './parts/decision-fields.ts';
import { ownDecision } from './parts/own-decision.ts';
import { passRules, type PassOffer } from './parts/pass-rules.ts';
import { banOn } from './parts/ban.ts';
import { planSection } from './parts/plan.ts';
import { riskReasons } from './parts/risk.ts';
import { driftSection } from './parts/drift.ts';
import { rolloutSection, stageRail } from './parts/rollout.ts';
import { changesList, checksList, othersList } from './parts/stage-facts.ts';
import { tasksSection } from './parts/tasks.ts';
import { objectOf, refusedForm, whyNotByAccess } from './parts/why-not.ts';
import { withCode } from './parts/with-code.ts';
import { headlineOn } from './parts/headline.ts';
import { local, localBetween, time } from './parts/time.ts';
import { timelineFilter, timelineList, scannedNotes } from './parts/timeline.ts';
import { approvalWord, releaseWord, verdictWord } from './parts/words.ts';

export interface ReleaseFacts {
  /** Links that were opened in a burst before anything was sent through them. */
  scanned: ScannedLink[];
  policy: Policy | undefined;
  /** What says who may do what in its stages, by environment. */
  plans: ReadonlyMap<string, PeoplePlan>;
  caller: Caller;
  zone: string;
  inbox: boolean;
  now: Date;
  view: ReleaseView;
  /** Requests of this release that can be answered now. */
  requests: ApprovalRequestRow[];
  /** What has changed since people were asked before, by request; those that came in no other's place have no entry. */
  askedBefore: ReadonlyMap<string, AskedBefore>;
  /** What has come to run there since people were asked, by request. */
  moved: ReadonlyMap<string, readonly MovedSince[]>;
  /** What is left there, and how the release gets there, by request. */
  beside: ReadonlyMap<string, AskedBeside>;
  timeline: TimelineEntry[];
  /** What was measured by now, oldest first. */
  analyses: readonly AnalysisReport[];
  /** The only part of the timeline to show; left out: all of it. */
  part?: TimelinePart;
  /** What has become of it after its end. */
  after: Afterwards;
  nameOf: (person: string) => string;
  /** What it has reserved, and what it waits for. */
  plan: ReleasePlanFacts;
  /** What it has left, where it has ended and nothing else has the place since. */
  left: LeftPart[];
  /** What runs of its services, where it has ended. */
  runs: RunningRow[];
  /** What has the places since that it had left something in. */
  said: SaidSince[];
  /** Where a build of it runs that is banned. */
  runsBanned: readonly BannedRow[];
  /** What of the calendar keeps it shut that an override would open. */
  pass: PassOffer;
  /** What this showing of the page carries: a reload after its form was sent does nothing twice. */
  formKey: string;
  /** What the calendar says against the start as it is planned. */
  startNote?: string | undefined;
  /** Address of the run in the Temporal UI, where that is known. */
  temporalUi?: string | undefined;
  again?: RefusedForm;
  /** Another form that was not done. */
  sent?: SentForm | undefined;
  /** What there is to say of a form that was done. */
  told?: string | undefined;
}

/** One release: what it waits for, where it stands, what can be done, what has happened (ux §5). */
export function releasePage(facts: ReleaseFacts): string {
  const { view, caller, inbox, again } = facts;
  return page({
    title: releaseTitle(view.components),
    caller,
    here: '/',
    inbox,
    twin: `/releases/${view.id}.json`,
    sent: facts.sent,
    told: facts.told,
    ...(view.ended ? {} : { live: `/v1/releases/${view.id}/events` }),
    body: html`${again && errorList(again)}
      <div data-part="head">${headSection(facts)}</div>
      <div data-part="why">${whySection(facts)}</div>
      <div data-part="plan">${planSection(facts)}</div>
      <section aria-labelledby="stages">
        <h2 id="stages">Stages</h2>
        <div data-part="rail">${stageRail(view)}</div>
      </section>
      ${facts.requests.map((request) => decideSection(request, facts))}
      <div data-part="tasks">${tasksSection(facts)}</div>
      <div data-part="afterwards">${afterwardsSection(facts)}</div>
      <section aria-labelledby="actions">
        <h2 id="actions">Actions</h2>
        <div data-part="actions">${commandForms(facts, facts.zone)}</div>
      </section>
      <div data-part="stages">
        ${view.stages.filter(isWorthShowing).map((stage) => stageSection(ordered(stage, view), facts))}
      </div>
      <section aria-labelledby="changes">
        <h2 id="changes">Changes (${view.changes.count})</h2>
        ${changesList(view)}
      </section>
      <section aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        ${timelineFilter(view.id, facts.part)}
        <div data-part="timeline">${timelineList(shownEntries(facts), facts.zone, facts.nameOf)}${scannedNotes(shownScans(facts), facts.zone, facts.nameOf)}</div>
      </section>
      ${facts.temporalUi === undefined ? undefined : html`<p class="small"><a href="${facts.temporalUi}">The run in the Temporal UI</a> <span class="quiet">(for operators)</span></p>`}`,
  });
}

/** They are no entries: nobody did anything. */
const shownScans = ({ scanned, part }: ReleaseFacts): ScannedLink[] =>
  part === undefined || part === 'system' ? scanned : [];

const shownEntries = ({ timeline, part }: ReleaseFacts): TimelineEntry[] =>
  part === undefined ? timeline : timeline.filter((entry) => timelinePart(entry) === part);

function headSection(facts: ReleaseFacts): SafeHtml {
  const { view, zone, nameOf, left, said, runsBanned } = facts;
  return html`<h1>${releaseTitle(view.components)} ${releaseWord(view)}</h1>
    <p class="headline" data-headline>${headlineOn({ ...view, headline: headlineSince(view, said), saidSince: said }, zone)}</p>
    ${left.map((one) => html`<p><strong>${withCode(leftInWords(one))}</strong></p>`)}
    ${runsBanned.map((one) => html`<p><strong>${one.service} ${one.version} runs in ${one.environment}</strong>, and is ${one.quarantine && banOn(one.quarantine, facts)}</p>`)}
    <p class="small quiet">
      Asked for by ${nameOf(view.requestedBy.person ?? view.requestedBy.id)} on
      ${time(view.createdAt, zone)}${
        view.reason === undefined ? undefined : html`: “${view.reason}”`
      }${view.attempt > 1 ? `, attempt ${view.attempt}` : ''}. <a href="/releases/${view.id}">Refresh</a> ·
      <a href="/releases/${view.id}/dossier">Dossier</a>
      ${view.remediates === undefined ? undefined : html`· makes good <a href="/releases/${view.remediates}">${view.remediates}</a>`}
    </p>`;
}

function whySection(facts: ReleaseFacts): SafeHtml {
  const { view, now, zone, nameOf, caller, policy, after } = facts;
  const why = explanationFor(
    explain(view, now.toISOString(), {
      bans: after.bans,
      left: facts.left,
      runs: facts.runs,
      isLeftShown: true,
    }),
    { caller, view, policy },
  );
  const isAsked = facts.pass.asked.length > 0;
  if (why.verdicts.length === 0 && why.holds.length === 0 && !why.next && !isAsked) return html``;
  const glass = currentStage(view)?.glass;
  const closed = isBroken(glass, now.toISOString()) ? notOpened(view) : undefined;
  return html`<section aria-labelledby="why">
    <h2 id="why">${view.ended ? 'Why it ended' : 'Why is it waiting?'}</h2>
    <ul class="plain">
      ${why.holds.map((hold) => html`<li>Held by ${nameOf(hold.by)} since ${time(hold.at, zone)}: ${hold.reason}${hold.until === undefined ? undefined : html`, until ${time(hold.until, zone)}`}</li>`)}
      ${why.verdicts.map((verdict) => gateRow(verdict, { zone, nameOf, view }))}
    </ul>
    ${closed !== undefined && html`<p><strong>${local(closed, view.updatedAt, zone)}</strong></p>`}
    ${why.next && html`<p><strong>Next:</strong> ${local(why.next.because, now.toISOString(), zone)}${why.next.whoCan === undefined ? undefined : ` ${why.next.whoCan}`}<br /><code>${why.next.command}</code></p>`}
    ${passRules(facts.pass, facts)}
  </section>`;
}

function gateRow(
  verdict: Explanation['verdicts'][number],
  { zone, nameOf, view }: Pick<ReleaseFacts, 'zone' | 'nameOf' | 'view'>,
): SafeHtml {
  return html`<li>
    <strong>${verdict.gate}</strong> ${verdictWord(verdict.kind)} ${localBetween(verdict.because, { from: verdict.since, to: view.updatedAt }, zone)}
    ${verdict.passed && html`<br /><strong>passed</strong> by ${namesOfAll(verdict.passed.by, nameOf)}, ${verdict.passed.because}, until ${time(verdict.passed.until, zone)}`}
    ${verdict.kind === 'denied' ? html`<br />${verdict.remedy}` : undefined}
    ${verdict.kind === 'needsPeople' ? html`<br />${verdict.who.map((ask) => html`<span>${ask.seats} of ${ask.candidates.map(nameOf).join(', ')}</span> `)}` : undefined}
    <br /><span class="small quiet"
      >since
      ${time(verdict.since, zone)}${verdict.kind === 'waiting' && verdict.until !== undefined ? html`, until ${time(verdict.until, zone)}` : undefined}</span
    >
  </li>`;
}

/** The same form as behind the mailed link, under the same rules; the session says who decides. */
function decideSection(
  request: ApprovalRequestRow,
  { caller, view, zone, now, again, askedBefore, moved, beside }: ReleaseFacts,
): SafeHtml | undefined {
  const { person, session } = caller;
  if (!person || !session) return undefined; // nobody of whom a vote could be asked
  const votes = view.stages.find(({ approval }) => approval?.requestId === request.id)?.approval?.votes ?? [];
  // How sure one must be, the form asks itself.
  const eligible = mayVote({ ...electorateOf(request.plan), votes }, person.id, { assurance: 'reauth' });
  const refused =
    (eligible.ok ? undefined : eligible.because) ?? whyNotByAccess(caller, 'decision.make', objectOf(view));
  if (refused !== undefined)
    return html`<section aria-labelledby="decide">
      <h2 id="decide">Decision for ${request.stage}</h2>
      ${refusedForm('Send decision', refused)}
    </section>`;
  const mine = votes.find((vote) => vote.person === person.id);
  const before = askedBefore.get(request.id);
  return html`${before && askedBeforeSection(before, { reader: person.id, zone })}${askedBesideSection(request.stage, beside.get(request.id))}${movedSinceSection(request.stage, moved.get(request.id) ?? [])}<section aria-labelledby="decide">
    <h2 id="decide">Your decision for ${request.stage}</h2>
    <p>${inReleaseOrder(view, request.plan.components).map(fromTo).join('; ')}. Until ${time(request.deadline, zone)}.</p>
    ${
      mine &&
      html`<p>You chose to ${mine.choice} on ${time(mine.at, zone)}. Another decision replaces that one.</p>
        ${takeBackForm(request, { view, session, person: person.id, now })}
        <br />`
    }
    ${ownDecision({ request, releaseId: view.id, person: person.id, session, now, again })}
  </section>`;
}

/** A vote that asked for a sign-in is not taken back with less. */
function takeBackForm(
  request: ApprovalRequestRow,
  o: { view: ReleaseView; session: NonNullable<Caller['session']>; person: string; now: Date },
): SafeHtml {
  const refused = whyNotWithdrawn(askedLevel(request.plan, o.person), levelOf(o.session, undefined, o.now));
  if (refused !== undefined) return refusedForm('Take it back', refused);
  return html`<form method="post" action="/releases/${o.view.id}/withdrawals">
    ${csrfInput(o.session.csrf)}<input type="hidden" name="requestId" value="${request.id}" /><button
      class="second"
    >
      Take it back
    </button>
  </form>`;
}

/** Checks and deployments as the title names their services. */
const ordered = (stage: StageView, view: ReleaseView): StageView => ({
  ...stage,
  checks: inReleaseOrder(view, stage.checks),
  rollout: inReleaseOrder(view, stage.rollout),
});

const isWorthShowing = (stage: StageView): boolean => stage.state !== 'pending' || stage.checks.length > 0;

function stageSection(stage: StageView, { zone, nameOf, view, analyses, said }: ReleaseFacts): SafeHtml {
  const id = `stage-${stage.environment}`;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${stage.environment}</h2>
    ${stage.glass?.review && html`<p>The glass was broken here: <a href="/reviews">its review</a> by somebody else is due on ${time(stage.glass.review.dueAt, zone)}.</p>`}
    <h3>Checks</h3>
    ${checksList(stage.checks, nameOf, (result) => `/releases/${view.id}/checks/${result}`)}
    ${
      stage.risk &&
      html`<h3>Risk</h3>
        ${riskReasons(stage.risk)}`
    }
    ${
      stage.approval &&
      html`<h3>Approvals ${approvalWord(stage.approval.state)}</h3>
        ${othersList({ approval: stage.approval, zone, nameOf })}
        <p class="small quiet">Subject <code>${stage.approval.subjectDigest}</code></p>`
    }
    ${driftSection(stage, zone)}
    ${
      stage.rollout.length > 0
        ? html`<h3>Rollout</h3>
            ${rolloutSection(stage, zone, { isOver: view.ended !== undefined, said })}`
        : undefined
    }
    ${stageCharts(analyses, { environment: stage.environment, releaseId: view.id, zone })}
  </section>`;
}
