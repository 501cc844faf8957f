import { withStop } from '../../domain/full-stop.ts';
import { electorateOf } from '../../domain/gates/approvals/electorate.ts';
import { mayVote } from '../../domain/gates/approvals/quorum.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { isTerminal } from '../../domain/release/state.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { time } from '../pages/parts/time.ts';
import type { OpenedLink } from './opened-link.ts';

/** What became of a request that holds no more: who asked, what came in its place, and how this person goes on. */
export const supersededSentences = (link: OpenedLink): SafeHtml =>
  html`<h2>${link.release.state === 'superseded' ? 'Another release took the place of this one' : 'What you were asked about has changed'}</h2>
    ${whatHappened(link)}
    <p>${wayOn(link)}</p>
    <p>This link cannot be used any more.</p>`;

function whatHappened({ request, release, zone, nameOf }: OpenedLink): SafeHtml {
  const { closedAt, closedBecause, plan, openedAt } = request;
  const asker = nameOf(release.requestedBy.person ?? release.requestedBy.id);
  const asked = html`${asker} asked you on ${time(openedAt, zone)} to approve ${releaseTitle(plan.components)} for ${request.stage}.`;
  if (closedAt === undefined) return html`<p>${asked}</p>`;
  const why = closedBecause === undefined ? '.' : withStop(`: ${closedBecause}`);
  return html`<p>${asked} That request was closed on ${time(closedAt, zone)}${why}</p>`;
}

function wayOn({ request, release, replacement, successor, personId, zone, nameOf }: OpenedLink): SafeHtml {
  const page = (id: string): SafeHtml => html`<a href="/releases/${id}">the page of the release</a>`;
  if (!replacement && successor)
    return html`<a href="/releases/${successor.id}">${successor.title}</a> took its place, and people have not been asked about that yet. If you are needed, a mail with a new link comes to you.`;
  if (!replacement)
    return isTerminal(release.state)
      ? html`${release.ended?.because ?? release.headline}. Nothing is left for you to decide; what happened stands on ${page(release.id)}.`
      : html`Nobody is asked anew yet. If you are needed, a mail with a new link comes to you; until then look at ${page(release.id)}, or ask ${nameOf(release.owner ?? release.requestedBy.person ?? release.requestedBy.id)}.`;
  const title = `${releaseTitle(replacement.plan.components)} for ${replacement.stage}`;
  const isOther = replacement.releaseId !== request.releaseId;
  const what = isOther ? `In its place people are asked about ${title}` : 'People are asked anew';
  if (replacement.state !== 'open')
    return html`${what}; that request is ${replacement.state} already, so nothing is left for you to decide. See ${page(replacement.releaseId)}.`;
  if (!mayVote(electorateOf(replacement.plan), personId).ok)
    return html`${what}, and others than you. See ${page(replacement.releaseId)}.`;
  return html`${what}, until ${time(replacement.deadline, zone)}. <strong>Decide with the link in the newer mail</strong>, or sign in at ${page(replacement.releaseId)}.`;
}
