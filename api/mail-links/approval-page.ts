import { releaseTitle } from '../../domain/release/release.ts';
import {
  askedAs,
  fromTo,
  ifYouDoNothing,
  rollbackInWords,
  rolloutInWords,
} from '../../domain/release/stage-words.ts';
import { formatDuration } from '../../domain/policy/duration.ts';
import { attribute, html, type SafeHtml } from '../../platform/html.ts';
import type { ReceivedDecision } from '../../platform/record/approvals.ts';
import { barePage } from '../pages/layout.ts';
import { changesList, checksList, othersList } from '../pages/parts/stage-facts.ts';
import { time } from '../pages/parts/time.ts';
import { word } from '../pages/parts/words.ts';
import type { DecisionInput, FieldErrors } from './decision-form.ts';
import type { OpenedLink } from './opened-link.ts';
import { versionToType } from './standing.ts';

interface Shown {
  nonce: string;
  now: Date;
  /** What this person said before, through another link or page. */
  earlier?: ReceivedDecision | undefined;
  /** A refused form: shown again with what was typed. */
  again?: { input: DecisionInput; errors: FieldErrors; notice?: string };
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

const fieldNames: Record<keyof FieldErrors, string> = {
  decision: 'Your decision',
  comment: 'Comment',
  version: 'Version',
};
const fieldIds: Record<keyof FieldErrors, string> = {
  decision: 'decision-approve',
  comment: 'comment',
  version: 'version',
};

function errorList({ errors, notice }: NonNullable<Shown['again']>): SafeHtml {
  const fields = Object.keys(errors) as (keyof FieldErrors)[];
  return html`<section class="errors" role="alert">
    <h2>Not sent</h2>
    ${notice === undefined ? undefined : html`<p>${notice}</p>`}
    <ul>
      ${fields.map((field) => html`<li><a href="#${fieldIds[field]}">${fieldNames[field]}</a>: ${errors[field]}</li>`)}
    </ul>
  </section>`;
}

function decisionForm(link: OpenedLink, again: Shown['again']): SafeHtml {
  const expected = versionToType(link);
  const service = link.request.plan.components[0]?.service ?? '';
  const input = again?.input;
  const errors = again?.errors ?? {};
  return html`<section aria-labelledby="decide">
    <h2 id="decide">Your decision</h2>
    <form method="post" action="/a/${link.token}/decision">
      <input type="hidden" name="digest" value="${link.request.subjectDigest}" />
      <fieldset ${describedBy('decision', errors)}>
        <legend>Do you approve?</legend>
        ${choice('approve', '✓ Approve', input)} ${choice('reject', '✕ Reject', input)}
        ${fieldError('decision', errors)}
      </fieldset>
      <div class="field">
        <label class="above" for="comment">Comment <span class="quiet">(needed to reject)</span></label>
        <textarea id="comment" name="comment" maxlength="2000" ${describedBy('comment', errors)}>
${input?.comment}</textarea
        >${fieldError('comment', errors)}
      </div>
      ${
        expected === undefined
          ? undefined
          : html`<div class="field">
              <label class="above" for="version">Version of ${service}, typed by hand</label>
              <input
                type="text"
                id="version"
                name="version"
                required
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                value="${input?.version}"
                ${describedBy('version', errors)}
              />${fieldError('version', errors)}
            </div>`
      }
      <button class="full">Send decision</button>
    </form>
  </section>`;
}

const choice = (value: 'approve' | 'reject', label: string, input: DecisionInput | undefined): SafeHtml =>
  html`<label class="choice"
    ><input
      type="radio"
      name="decision"
      id="decision-${value}"
      value="${value}"
      required
      ${attribute('checked', input?.decision === value)}
    />
    ${label}</label
  >`;

const describedBy = (field: keyof FieldErrors, errors: FieldErrors) =>
  attribute('aria-describedby', errors[field] === undefined ? undefined : `${field}-error`);

const fieldError = (field: keyof FieldErrors, errors: FieldErrors): SafeHtml | undefined =>
  errors[field] === undefined ? undefined : html`<p class="error" id="${field}-error">${errors[field]}</p>`;
