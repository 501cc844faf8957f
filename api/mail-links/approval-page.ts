import { inReleaseOrder } from '../../domain/release/in-release-order.ts';
import {
  askedAs,
  fromTo,
  rollbackInWords,
  rolloutInWords,
  withoutAnswer,
} from '../../domain/release/stage-words.ts';
import { isCommentNeeded } from '../../domain/risk/duties.ts';
import { formatDuration } from '../../domain/policy/duration.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { ReceivedDecision } from '../../platform/record/approvals.ts';
import { barePage, csrfInput } from '../pages/layout.ts';
import { askedBeforeSection } from '../pages/parts/asked-before.ts';
import { askedBesideSection } from '../pages/parts/asked-beside.ts';
import { decisionFields, errorList, type RefusedForm } from '../pages/parts/decision-fields.ts';
import { movedSinceSection } from '../pages/parts/moved-since.ts';
import { riskReasons } from '../pages/parts/risk.ts';
import { changesList, checksList, othersList } from '../pages/parts/stage-facts.ts';
import { time } from '../pages/parts/time.ts';
import { word } from '../pages/parts/words.ts';
import type { OpenedLink } from './opened-link.ts';
import { delayFields } from './delay-fields.ts';
import { delayOffer, postponedBy } from './postponement.ts';
import type { Proof } from './proof.ts';
import { versionToType } from './standing.ts';
import { titleOf } from './title-of.ts';

interface Shown {
  nonce: string;
  now: Date;
  /** What this person said before, through another link or page. */
  earlier?: ReceivedDecision | undefined;
  /** What stands between this browser and the form. */
  proof: Proof;
  /** A refused form: shown again with what was typed. */
  again?: RefusedForm;
}

/** The page that asks: all facts above, the form at the bottom where the thumb is, nothing chosen beforehand (ux §4). */
export function approvalPage(link: OpenedLink, shown: Shown): string {
  const { request, release, approval, zone, nameOf } = link;
  const components = inReleaseOrder(release, request.plan.components);
  const title = titleOf(link);
  return barePage({
    title,
    nonce: shown.nonce,
    head: subjectHead(title, word('waits for your decision', 'wait')),
    body: html`${shown.again && errorList(shown.again)} ${askedSection(link, shown)} ${link.askedBefore && askedBeforeSection(link.askedBefore, { reader: link.personId, zone })} ${askedBesideSection(request.stage, link.beside)} ${movedSinceSection(request.stage, link.moved)} ${consequences(link, shown)}
      <section>
        <h2>Checks</h2>
        ${checksList(link.stage?.checks ?? [], nameOf)}
      </section>
      <section>
        <h2>Changes (${release.changes.count})</h2>
        <p>${components.map(fromTo).join('; ')}</p>
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
      ${decisionSection(link, shown)}`,
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

function askedSection(link: OpenedLink, { earlier, proof }: Shown): SafeHtml {
  const { request, personId, person, zone, nameOf } = link;
  const { requestedBy, reason } = link.release;
  const asker = nameOf(requestedBy.person ?? requestedBy.id);
  const delay = postponedBy(link);
  const role = askedAs(request.plan, { id: personId, roles: person?.roles ?? [] }, nameOf);
  return html`<section>
    <h2>You are asked as ${role}</h2>
    <p>${nameOf(personId)}, ${asker} asks you to approve this by <strong>${time(request.deadline, zone)}</strong>.</p>
    ${reason !== undefined && html`<p>${asker} says: “${oneLine(reason, 2_000)}”</p>`}
    ${earlier && html`<p>You chose to ${earlier.choice} it on ${time(earlier.receivedAt, zone)}. Another decision replaces that one.</p>`}
    ${delay && html`<p>You postponed it until ${time(delay.until, zone)} through this link. That counts for no vote: you can still decide.</p>`}
    <p class="small quiet">${knownBy(proof, zone)}</p>
  </section>`;
}

function consequences(link: OpenedLink, { now }: Shown): SafeHtml {
  const { plan, deadline } = link.request;
  const offer = delayOffer(link, now);
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
      <dt>When you postpone</dt>
      <dd>
        ${
          offer.ok
            ? 'Nothing starts before the time that you choose. It counts for no vote; where the time to decide ends before, everybody is asked again.'
            : `That is not offered here. ${offer.because}`
        }
      </dd>
      <dt>Without an answer until ${time(deadline, link.zone)}</dt>
      <dd>${withoutAnswer(plan, { isSecondRound: link.approval?.escalatedAt !== undefined })}</dd>
    </dl>
  </section>`;
}

/** How this page knows who you are, with the level as the policy names it. */
function knownBy(proof: Proof, zone: string): SafeHtml {
  switch (proof.kind) {
    case 'link':
      return html`This page knows you by the link in your mail only (assurance: link). Do not forward it: it
      acts as you.`;
    case 'code':
      return html`This page knows you by the link in your mail, and by a code that is mailed to you when you ask
      for it (assurance: link+code). Do not forward either.`;
    case 'session': {
      const since = proof.session.authenticatedAt;
      const level = proof.meaning ? 'reauth' : 'login';
      return html`This page knows you by your
      sign-in${since === undefined ? undefined : html` of ${time(since, zone)}`} (assurance: ${level}).`;
    }
    default:
      return html`The link in your mail is not enough here: you decide once you have signed in.`;
  }
}

/** The form, or what is missing before there is one: then nothing on the page can be sent. */
function decisionSection(link: OpenedLink, shown: Shown): SafeHtml {
  const { proof, again } = shown;
  switch (proof.kind) {
    case 'signIn':
      return html`<section aria-labelledby="decide">
        <h2 id="decide">Sign in to decide</h2>
        <p>${proof.because}</p>
        <p><a class="button" href="${proof.address}">Sign in</a></p>
        ${again && keptInput(again)}
      </section>`;
    case 'noProvider':
      return html`<section aria-labelledby="decide">
        <h2 id="decide">Nobody can sign in here</h2>
        <p>
          This decision asks for a sign-in, and no OpenID provider is configured. Nothing can be decided until an
          administrator sets <code>OIDC_ISSUER</code>.
        </p>
      </section>`;
    case 'otherPerson':
      return html`<section><p>This request is for ${link.nameOf(link.personId)}.</p></section>`;
    case 'code':
      return html`${codeSection(link, proof.goodUntil)} ${decisionForm(link, proof, shown)}`;
    default:
      return decisionForm(link, proof, shown);
  }
}

/** The code is asked for by hand: a program that follows links or presses buttons has none sent. */
const codeSection = ({ token, zone }: OpenedLink, goodUntil: string | undefined): SafeHtml =>
  html`<section aria-labelledby="get-code">
    <h2 id="get-code">Your code</h2>
    <p>
      ${
        goodUntil === undefined
          ? 'A code of six digits is mailed to you when you ask for it. It is good for ten minutes.'
          : html`A code was mailed to you. It is good until ${time(goodUntil, zone)}.`
      }
    </p>
    <form method="post" action="/a/${token}/code">
      <label class="choice"
        ><input type="checkbox" name="send" value="yes" id="send" required /> Mail me
        ${goodUntil === undefined ? 'a' : 'another'} code</label
      >
      <button class="second">Send the code</button>
    </form>
  </section>`;

function decisionForm(link: OpenedLink, proof: Proof, { now, again }: Shown): SafeHtml {
  const { plan, subjectDigest } = link.request;
  const wanted = versionToType(link);
  const typed = wanted && { ...wanted, isAlways: proof.kind === 'link' };
  const isSession = proof.kind === 'session';
  const asks = { meaning: isSession && proof.meaning, code: proof.kind === 'code' };
  const offer = delayOffer(link, now);
  const delay = offer.ok ? delayFields(offer, link.zone, again) : undefined;
  return html`<section aria-labelledby="decide">
    <h2 id="decide">Your decision</h2>
    <form method="post" action="/a/${link.token}/decision">
      ${isSession && csrfInput(proof.csrf)} ${decisionFields({ digest: subjectDigest, typed, again, isCommentNeeded: isCommentNeeded(plan), delay, ...asks })}
    </form>
  </section>`;
}

/** A session may end while somebody types: what they wrote stays to be copied. */
const keptInput = ({ input }: RefusedForm): SafeHtml | undefined =>
  input.comment === ''
    ? undefined
    : html`<div class="field">
        <label class="above" for="kept">What you wrote</label>
        <textarea id="kept" readonly>
${input.comment}</textarea
        >
      </div>`;
