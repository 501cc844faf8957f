import { releaseTitle } from '../../domain/release/release.ts';
import {
  askedAs,
  fromTo,
  ifYouDoNothing,
  rollbackInWords,
  rolloutInWords,
} from '../../domain/release/stage-words.ts';
import { isCommentNeeded } from '../../domain/risk/duties.ts';
import { formatDuration } from '../../domain/policy/duration.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import type { ReceivedDecision } from '../../platform/record/approvals.ts';
import { barePage } from '../pages/layout.ts';
import { decisionFields, errorList, type RefusedForm } from '../pages/parts/decision-fields.ts';
import { riskReasons } from '../pages/parts/risk.ts';
import { changesList, checksList, othersList } from '../pages/parts/stage-facts.ts';
import { time } from '../pages/parts/time.ts';
import { word } from '../pages/parts/words.ts';
import type { OpenedLink } from './opened-link.ts';
import { versionToType } from './standing.ts';

interface Shown {
  nonce: string;
  now: Date;
  /** What this person said before, through another link or page. */
  earlier?: ReceivedDecision | undefined;
  /** A refused form: shown again with what was typed. */
  again?: RefusedForm;
}

/** The page that asks: all facts above, the form at the bottom where the thumb is, nothing chosen beforehand (ux §4). */
export function approvalPage(link: OpenedLink, shown: Shown): string {
  const { request, release, approval, zone, nameOf } = link;
  const title = `${releaseTitle(request.plan.components)} → ${request.stage}`;
  return barePage({
    title,
    nonce: shown.nonce,
    head: subjectHead(title, word('waits for your decision', 'wait')),
    body: html`${shown.again && errorList(shown.again)} ${askedSection(link, shown)} ${consequences(link)}
      <section>
        <h2>Checks</h2>
        ${checksList(link.stage?.checks ?? [])}
      </section>
      <section>
        <h2>Changes (${release.changes.count})</h2>
        <p>${request.plan.components.map(fromTo).join('; ')}</p>
        ${changesList(release)}
      </section>
      ${
        request.plan.risk?.snapshot &&
        html`<section>
          <h2>Risk</h2>
          ${riskReasons(request.plan.risk.snapshot)}
        </section>`
      }
      <section>
        <h2>Rollback</h2>
        <p>${rollbackInWords(request.plan)}</p>
      </section>
      <section>
        <h2>Approvals</h2>
        ${othersList({ plan: request.plan, approval, zone, nameOf })}
      </section>
      ${decisionForm(link, shown.again)}`,
  });
}

/** The line that stays in sight: product, version, stage, state. */
export const subjectHead = (title: string, state: SafeHtml): SafeHtml =>
  html`<header class="subject">
    <div>
      <span class="small quiet">Gantry</span>
      <h1>${title}</h1>
      ${state}
    </div>
  </header>`;

function askedSection({ request, personId, person, zone, nameOf }: OpenedLink, { earlier }: Shown): SafeHtml {
  const role = askedAs(request.plan, { id: personId, roles: person?.roles ?? [] }, nameOf);
  return html`<section>
    <h2>You are asked as ${role}</h2>
    <p>${nameOf(personId)}, decide by <strong>${time(request.deadline, zone)}</strong>.</p>
    ${earlier && html`<p>You chose to ${earlier.choice} it on ${time(earlier.receivedAt, zone)}. Another decision replaces that one.</p>`}
    <p class="small quiet">
      This page knows you by the link in your mail only (assurance: link). Do not forward it: it acts as you.
    </p>
  </section>`;
}

function consequences({ request: { plan } }: OpenedLink): SafeHtml {
  const grace =
    plan.approval.graceMs > 0
      ? ` You can change your mind for ${formatDuration(plan.approval.graceMs)} after the last decision.`
      : '';
  return html`<section>
    <h2>What happens</h2>
    <dl>
      <dt>When you approve</dt>
      <dd>Once all approvals are given and all gates are open: ${rolloutInWords(plan)}.${grace}</dd>
      <dt>When you reject</dt>
      <dd>The release ends as rejected. Nothing of this stage is shipped.</dd>
      <dt>When you do nothing</dt>
      <dd>${ifYouDoNothing(plan)}</dd>
    </dl>
  </section>`;
}

function decisionForm(link: OpenedLink, again: RefusedForm | undefined): SafeHtml {
  const { plan, subjectDigest } = link.request;
  const [first] = plan.components;
  const typed = versionToType(link) === undefined || !first ? undefined : { service: first.service };
  return html`<section aria-labelledby="decide">
    <h2 id="decide">Your decision</h2>
    <form method="post" action="/a/${link.token}/decision">
      ${decisionFields({ digest: subjectDigest, typed, again, isCommentNeeded: isCommentNeeded(plan) })}
    </form>
  </section>`;
}
