import type { Authority, PostponementView } from '../../domain/release/release.ts';
import { conditionInWords } from '../../platform/condition-words.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { ReceivedDecision } from '../../platform/record/approvals.ts';
import { barePage } from '../pages/layout.ts';
import { meaningInWords } from '../pages/parts/decision-fields.ts';
import { time } from '../pages/parts/time.ts';
import { word } from '../pages/parts/words.ts';
import { subjectHead } from './approval-page.ts';
import type { OpenedLink } from './opened-link.ts';
import { lostRight, type Standing } from './standing.ts';
import { supersededSentences } from './superseded.ts';
import { titleOf } from './title-of.ts';

type Closed = Exclude<Standing, { kind: 'open' }>;

/** The written page of every state in which there is nothing to send: what happened, why, what you can do. */
export function statePage(link: OpenedLink, standing: Closed, nonce: string): string {
  const title = titleOf(link);
  return barePage({
    title,
    nonce,
    head: subjectHead(title, stateWords[standing.kind]),
    body: html`<section>${sentences(link, standing)}</section>
      ${now(link)}`,
  });
}

/** After a form was sent: what was received, whether it counts, and what follows (ux §4, block H). */
export function receiptPage(link: OpenedLink, decision: ReceivedDecision, nonce: string): string {
  const title = titleOf(link);
  const state =
    decision.delivery === 'counted'
      ? link.request.state === 'superseded'
        ? word('counts no more', 'plain')
        : word('counted', 'good')
      : decision.delivery === 'refused'
        ? word('not counted', 'bad')
        : word('received', 'wait');
  return barePage({
    title,
    nonce,
    head: subjectHead(title, state),
    body: html`<section>${receipt(link, decision)}</section>
      ${now(link)}`,
  });
}

/** After a delay was set through a link: it is the release that has it, so there is nothing that is only received. */
export function delayReceiptPage(link: OpenedLink, delay: PostponementView, nonce: string): string {
  const { zone, request } = link;
  const [first] = request.plan.components;
  return barePage({
    title: titleOf(link),
    nonce,
    head: subjectHead(titleOf(link), word(delay.lifted ? 'postponement lifted' : 'postponed', 'wait')),
    body: html`<section>
        <h2>You postponed it. It counts for no vote.</h2>
        <dl>
          <dt>Until</dt>
          <dd>${time(delay.until, zone)}</dd>
          <dt>Given</dt>
          <dd>${time(delay.at, zone)}, as ${authorityInWords[delay.as]}</dd>
          <dt>Reason</dt>
          <dd>${oneLine(delay.reason, 2_000)}</dd>
          <dt>Subject</dt>
          <dd><code>${request.subjectDigest}</code></dd>
        </dl>
        ${delay.lifted && html`<p>${link.nameOf(delay.lifted.by)} lifted it on ${time(delay.lifted.at, zone)}.</p>`}
        <p>
          ${
            request.state === 'open'
              ? html`<a href="/a/${link.token}">You can still decide with the same link</a>, by ${time(request.deadline, zone)}.`
              : html`The request is closed: ${request.closedBecause ?? request.state}. You get a mail when people are asked again.`
          }
        </p>
        <p class="small quiet">
          To lift it, use the release page or
          <code>gantry release postpone ${first && `${first.service}@${first.version}`} --lift</code>.
        </p>
      </section>
      ${now(link)}`,
  });
}

const authorityInWords: Record<Authority, string> = {
  approver: 'an approver of this stage',
  owner: 'the owner of the release',
  releaseManager: 'a release manager',
};

/** Nothing was written: said where the record could not be reached. */
export const notRecordedPage = (nonce: string): string =>
  barePage({
    title: 'Not recorded',
    nonce,
    body: html`<section class="errors" role="alert">
      <h1>Not recorded</h1>
      <p>Nothing happened. Try again in a minute; the link stays valid.</p>
    </section>`,
  });

/**
 * The record or the engine went away while a decision was on its way: nobody knows whether it was taken, and repeating it is
 * harmless. `isCodeSpent`: its code was looked at before, and is good for one form only.
 */
export const unconfirmedPage = (nonce: string, { isCodeSpent = false } = {}): string =>
  barePage({
    title: 'Not confirmed',
    nonce,
    body: html`<section class="errors" role="alert">
      <h1>Not confirmed</h1>
      <p>
        We could not confirm that your decision was recorded. Send it again in a minute: it counts once,
        whatever has happened. The link stays valid.${isCodeSpent ? ' Ask for another code first: this one has been used.' : ''}
      </p>
    </section>`,
  });

/** A short page for a refused request that belongs to no field. */
export const refusalPage = (of: { title: string; sentences: string[]; nonce: string }): string =>
  barePage({
    title: of.title,
    nonce: of.nonce,
    body: html`<section class="errors" role="alert">
      <h1>${of.title}</h1>
      ${of.sentences.map((one) => html`<p>${one}</p>`)}
    </section>`,
  });

/** The right is in the link, and the proof in the browser is somebody else's: neither counts here. */
export const otherPersonPage = (
  link: OpenedLink,
  { as, address }: { as: string; address: string },
  nonce: string,
): string =>
  barePage({
    title: titleOf(link),
    nonce,
    head: subjectHead(titleOf(link), stateWords.notEligible),
    body: html`<section>
      <h2>This request is for another person</h2>
      <p>You are signed in as ${link.nameOf(as)}. The request is for ${link.nameOf(link.personId)}, and only they decide it.</p>
      <p>If that is you, <a href="${address}">sign in as ${link.nameOf(link.personId)}</a>.</p>
    </section>`,
  });

const stateWords: Record<Closed['kind'], SafeHtml> = {
  answered: word('answered', 'good'),
  closedByOthers: word('closed', 'plain'),
  expired: word('expired', 'plain'),
  superseded: word('superseded', 'plain'),
  cancelled: word('cancelled', 'plain'),
  notEligible: word('not yours to decide', 'bad'),
};

function sentences(link: OpenedLink, standing: Closed): SafeHtml {
  const { request, zone } = link;
  const closed =
    request.closedAt === undefined
      ? undefined
      : html`<p>Closed on ${time(request.closedAt, zone)}: ${request.closedBecause ?? request.state}</p>`;
  switch (standing.kind) {
    case 'answered':
      return html`${receipt(link, standing.decision)}${closed}`;
    case 'closedByOthers':
      return html`<h2>Your answer was not needed</h2>
        <p>The request was ${request.state} by others before you answered.</p>
        ${closed}`;
    case 'expired':
      return html`<h2>The time to decide is over</h2>
        <p>
          The deadline was ${time(request.deadline, zone)}. Silence was not taken for consent: nothing was
          shipped because of it.
        </p>
        ${closed}
        <p>${whomToAsk(link)} can ask again.</p>`;
    case 'superseded':
      return supersededSentences(link);
    case 'cancelled':
      return html`<h2>The release was stopped</h2>
        ${closed ?? html`<p>${link.release.ended?.because ?? link.release.headline}</p>`}
        <p>Nothing is left for you to decide.</p>`;
    case 'notEligible':
      return html`<h2>You cannot decide this</h2>
        <p>${standing.because}</p>`;
  }
}

function receipt(link: OpenedLink, decision: ReceivedDecision): SafeHtml {
  const { approval, zone, request, nameOf } = link;
  const took = decision.choice === 'approve' ? 'approve' : 'reject';
  const facts = html`<dl>
    <dt>Decision</dt>
    <dd>${took}</dd>
    <dt>Received</dt>
    <dd>${time(decision.receivedAt, zone)}</dd>
    ${
      decision.comment === undefined
        ? undefined
        : html`<dt>Comment</dt>
            <dd>${oneLine(decision.comment, 2_000)}</dd>`
    }
    ${
      decision.conditions?.length
        ? html`<dt>Conditions</dt>
            ${decision.conditions.map((condition) => html`<dd>${conditionInWords(condition, { zone, nameOf })}</dd>`)}`
        : undefined
    }
    ${
      decision.meaning &&
      html`<dt>Signed</dt>
        <dd>${nameOf(decision.person)}: ${meaningInWords[decision.meaning]}</dd>`
    }
    <dt>Known by</dt>
    <dd>${decision.assurance ?? 'link'}</dd>
    <dt>Subject</dt>
    <dd><code>${decision.subjectDigest}</code></dd>
  </dl>`;
  if (decision.delivery === 'pending') {
    return html`<h2>Received, not counted yet</h2>
      <p>You chose to ${took}. You will get a mail when it is counted.</p>
      ${facts}`;
  }
  if (decision.delivery === 'refused')
    return html`<h2>Not counted</h2>
      <p>${decision.refusal ?? 'The release did not take it.'}</p>
      ${facts}`;
  if (request.state === 'superseded')
    return html`<h2>You chose to ${took}. It counts no more.</h2>
      ${facts} ${supersededSentences(link)}`;
  const vote = approval?.votes.find((one) => one.person === link.personId);
  const isTakenBack = request.state === 'open' && approval?.state === 'open' && !vote;
  if (isTakenBack) {
    return html`<h2>Taken back</h2>
      <p>
        You chose to ${took} and took it back. To decide again, use the release page or
        <code>gantry decide</code>.
      </p>
      ${facts}`;
  }
  if (vote && vote.choice !== decision.choice) {
    return html`<h2>Replaced</h2>
      <p>You chose to ${took} here, and later to ${vote.choice}. The later decision counts.</p>
      ${facts}`;
  }
  return html`<h2>You chose to ${took}. It is counted.</h2>
    ${facts} ${approval && html`<p>${quorum(link)}</p>`} ${takeBack(link)}`;
}

function quorum({ request, approval }: OpenedLink): string {
  const needed = request.plan.rules.reduce((sum, rule) => sum + rule.atLeast, 0);
  const filled = approval?.seats.reduce((sum, seat) => sum + seat.filled, 0) ?? 0;
  return `Approvals now: ${filled} of ${needed}.`;
}

function takeBack({ request, approval, zone }: OpenedLink): SafeHtml | undefined {
  if (request.state !== 'open') return undefined;
  const until = approval?.closesAt;
  return html`<p>
    The link in your confirmation mail takes it
    back${until === undefined ? ' while the request is open' : html`, until ${time(until, zone)}`}.
  </p>`;
}

/**
 * How the release stands, for as long as it asks this person. A link is kept and forwarded for years, and proves no more than that it was mailed once:
 * afterwards that is told on the page of the release, to whoever is signed in.
 */
export function now(link: OpenedLink): SafeHtml | undefined {
  const { release, request, zone } = link;
  if (lostRight(link) !== undefined) return undefined;
  return html`<section>
    <h2>The release now</h2>
    ${
      request.state === 'open'
        ? html`<p>${release.headline}</p>
            <p class="small quiet">As recorded on ${time(release.updatedAt, zone)}.</p>`
        : html`<p>It stands on <a href="/releases/${release.id}">the page of the release</a>, once you are signed in.</p>`
    }
  </section>`;
}

function whomToAsk({ release, nameOf }: OpenedLink): string {
  return nameOf(release.owner ?? release.requestedBy.person ?? release.requestedBy.id);
}
