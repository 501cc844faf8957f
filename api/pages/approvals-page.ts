import { listOf } from '../../domain/list-of.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import type { Caller } from '../auth/caller.ts';
import type { OpenApproval } from '../open-approvals.ts';
import { page } from './layout.ts';
import { local, time } from './parts/time.ts';
import { word } from './parts/words.ts';

interface ApprovalsFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  nameOf: (person: string) => string;
  /** Those that ask the reader, who has not answered yet; `refused` says why no answer would be taken. */
  mine: readonly { request: OpenApproval; refused: string | undefined }[];
  /** Those that the reader has answered, and that wait for others or for the end of a time for changes. */
  decided: readonly OpenApproval[];
  others: readonly OpenApproval[];
}

/** What waits for people: what the reader can decide first, and then what is with others. Works without script. */
export function approvalsPage(facts: ApprovalsFacts): string {
  const { caller, mine, decided, others } = facts;
  // Who can decide comes first: what cannot be answered is only looked at.
  const [open, shut] = [
    mine.filter(({ refused }) => refused === undefined),
    mine.filter(({ refused }) => refused !== undefined),
  ];
  return page({
    title: 'Approvals',
    caller,
    here: '/approvals',
    twin: '/approvals.json',
    inbox: facts.inbox,
    body: html`<h1>Approvals</h1>
      <section aria-labelledby="mine">
        <h2 id="mine">For you to decide</h2>
        ${
          mine.length === 0
            ? html`<p>${nothingForYou(facts)}</p>`
            : html`<ul class="plain">
                ${[...open, ...shut].map(({ request, refused }) => row(request, facts, decideOr(request, refused)))}
              </ul>`
        }
      </section>
      ${listed('decided', 'You have decided', decided, facts)}
      ${listed('others', 'Waiting for others', others, facts)}
      ${
        mine.length + decided.length + others.length > 0
          ? undefined
          : html`<p class="quiet">
              A request opens once a release reaches a stage whose rules ask people. Releases that are under way stand on the
              <a href="/">first page</a>.
            </p>`
      }`,
  });
}

const nothingForYou = ({ caller, decided, others }: ApprovalsFacts): string => {
  if (!caller.person) return 'Only people of the policy are asked, and you are nobody in it.';
  return decided.length + others.length === 0
    ? 'Nothing waits for a decision, of yours or of anybody.'
    : 'Nothing waits for you.';
};

const decideOr = ({ releaseId, title, stage }: OpenApproval, refused: string | undefined): SafeHtml =>
  refused === undefined
    ? html`<a class="button" href="/releases/${releaseId}#decide"
        >Decide<span class="visually-hidden"> on ${title} for ${stage}</span></a
      >`
    : html`<span class="quiet">${refused}</span>`;

const listed = (
  id: string,
  heading: string,
  requests: readonly OpenApproval[],
  facts: ApprovalsFacts,
): SafeHtml | undefined =>
  requests.length === 0
    ? undefined
    : html`<section aria-labelledby="${id}">
        <h2 id="${id}">${heading}</h2>
        <ul class="plain">
          ${requests.map((request) => row(request, facts))}
        </ul>
      </section>`;

function row(request: OpenApproval, facts: ApprovalsFacts, action?: SafeHtml): SafeHtml {
  const { releaseId, title, stage, openedAt, deadline, headline, voted, release, beside } = request;
  const { zone } = facts;
  return html`<li>
    <strong><a href="/releases/${releaseId}">${title}</a> → ${stage}</strong>
    ${voted === undefined ? undefined : voted === 'approve' ? word('you approved', 'good') : word('you rejected', 'bad')}<br />
    ${stillNeeded(request, facts)} By ${time(deadline, zone)}.<br />
    ${beside.map((sentence) => html`<strong>${sentence}</strong><br />`)}
    <span class="small quiet">Open since ${time(openedAt, zone)}. ${local(headline, release.updatedAt, zone)}</span>
    ${action && html`<p>${action}</p>`}
  </li>`;
}

/** Whose votes are missing, by name. */
function stillNeeded({ seats }: OpenApproval, { nameOf }: ApprovalsFacts): string {
  if (seats.length === 0)
    return 'All votes that it needs are there: it closes once the time to change them is over.';
  return seats
    .map(({ rule, atLeast, filled, candidates }) => {
      const names = candidates.map(nameOf);
      const missing = atLeast - filled;
      return names.length === 0
        ? `Needs ${missing} of ${rule}, and nobody may give that.`
        : names.length === 1 && names[0] === rule
          ? `Needs ${rule}.`
          : `Needs ${missing} of ${rule}: ${listOf(names, 'or')}.`;
    })
    .join(' ');
}
