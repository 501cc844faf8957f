import { html, type SafeHtml } from '../../platform/html.ts';
import { barePage, csrfInput } from '../pages/layout.ts';
import { time } from '../pages/parts/time.ts';
import { word } from '../pages/parts/words.ts';
import { subjectHead } from './approval-page.ts';
import type { OpenedLink } from './opened-link.ts';
import type { Proof } from './proof.ts';
import { now } from './state-pages.ts';
import { titleOf } from './title-of.ts';

/** Shows the vote that would be taken back, with the form for it while that is possible. */
export function withdrawPage(link: OpenedLink, nonce: string, proof: Proof, error?: string): string {
  const { request, approval, personId, zone } = link;
  const title = titleOf(link);
  const vote = approval?.votes.find((one) => one.person === personId);
  const isOpen = isWithdrawable(link);
  const head = subjectHead(
    title,
    isOpen && vote ? word(`you chose to ${vote.choice}`, 'wait') : word('nothing to take back', 'plain'),
  );
  const body =
    isOpen && vote
      ? html`<section>
          <h2>Take your decision back?</h2>
          <p>
            You chose to ${vote.choice} on ${time(vote.at, zone)}. When you take it back, your vote no longer
            counts; you may decide again while the request is open.
          </p>
          ${approval?.closesAt === undefined ? undefined : html`<p>It becomes final on ${time(approval.closesAt, zone)}.</p>`}
          ${isProven(proof) ? withdrawForm(link, proof, error) : signInFirst(proof)}
        </section>`
      : html`<section>
          <h2>${request.state === 'open' ? 'No vote of yours is counted' : 'The request is closed'}</h2>
          <p>
            ${
              request.state === 'open'
                ? 'There is nothing to take back. You may still decide.'
                : 'Votes can be taken back only while a request is open. To stop the release, ask its owner to abort it.'
            }
          </p>
        </section>`;
  return barePage({
    title,
    nonce,
    head,
    body: html`${body} ${now(link)}`,
  });
}

const isProven = ({ kind }: Proof): boolean => kind === 'link' || kind === 'session';

const withdrawForm = (link: OpenedLink, proof: Proof, error: string | undefined): SafeHtml =>
  html`<form method="post" action="/w/${link.token}">
    ${proof.kind === 'session' && csrfInput(proof.csrf)}
    <label class="choice"
      ><input type="checkbox" name="confirm" value="yes" id="confirm" required /> Yes, take it back</label
    >
    ${error === undefined ? undefined : html`<p class="error">${error}</p>`}
    <button class="full">Take it back</button>
  </form>`;

/** The vote was proven by a sign-in, and so is taking it back. */
const signInFirst = (proof: Proof): SafeHtml =>
  'address' in proof
    ? html`<p>Sign in first, as for the decision itself.</p>
        <p><a class="button" href="${proof.address}">Sign in</a></p>`
    : html`<p>Nobody can sign in here: no OpenID provider is configured.</p>`;

/** While the request is open, the grace time after a deciding vote included. */
export const isWithdrawable = ({ request, approval }: OpenedLink): boolean =>
  request.state === 'open' && approval?.state === 'open';
