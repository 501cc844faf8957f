import { withStop } from '../../domain/full-stop.ts';
import { listOf } from '../../domain/list-of.ts';
import { html, type SafeHtml } from '../../platform/html.ts';
import { oneLine } from '../../platform/plain-text.ts';
import type { ReviewRecord } from '../../platform/record/reviews.ts';
import type { Caller } from '../auth/caller.ts';
import { page } from './layout.ts';
import { formOf, formTo, textField } from './parts/form.ts';
import type { SentForm } from './parts/sent-form.ts';
import { time } from './parts/time.ts';
import { refusedForm } from './parts/why-not.ts';
import { word } from './parts/words.ts';

interface Owed {
  review: ReviewRecord;
  /** Person ids to whom it falls, those first in question first. */
  reviewers: readonly string[];
  /** Why the reader may not do it; undefined where they may. */
  refused: string | undefined;
}

interface ReviewsFacts {
  caller: Caller;
  inbox: boolean;
  zone: string;
  now: string;
  nameOf: (person: string) => string;
  /** What is due first on top. */
  owed: readonly Owed[];
  done: readonly ReviewRecord[];
  sent: SentForm | undefined;
}

/** What somebody is to look at because somebody else broke the glass. Works without script. */
export const reviewsPage = (facts: ReviewsFacts): string =>
  page({
    title: 'Reviews',
    caller: facts.caller,
    here: '/reviews',
    twin: '/reviews.json',
    inbox: facts.inbox,
    sent: facts.sent,
    body: html`<h1>Reviews</h1>
      <p>
        Whoever breaks the glass starts a stage past its gates. Somebody else then looks at it and writes down what they found. While
        a review is overdue, planned releases of its services are stopped; urgent ones and rollbacks go on.
      </p>
      <section aria-labelledby="owed">
        <h2 id="owed">Owed</h2>
        ${
          facts.owed.length === 0
            ? html`<p>
                Nothing is to be reviewed. A review is owed once somebody breaks the glass, on the page of a release or with
                <code>gantry release break-glass</code>.
              </p>`
            : html`<ul class="plain">
                ${facts.owed.map((one) => owedRow(one, facts))}
              </ul>`
        }
      </section>
      ${
        facts.done.length === 0
          ? undefined
          : html`<section aria-labelledby="done">
              <h2 id="done">Done</h2>
              <ul class="plain">
                ${facts.done.map((one) => doneRow(one, facts))}
              </ul>
              <p class="small quiet"><a href="/v1/reviews?done=true">All that were done, as JSON</a></p>
            </section>`
      }`,
  });

const about = (review: ReviewRecord, { nameOf, zone }: ReviewsFacts): SafeHtml =>
  html`<strong><a href="/releases/${review.releaseId}">${review.title}</a> in ${review.environment}</strong>:
    ${listOf(review.brokenBy.map(nameOf), 'and')} broke the glass on ${time(review.brokenAt, zone)} for
    ${oneLine(review.incident)}: “${oneLine(review.reason, 500)}”`;

function owedRow({ review, reviewers, refused }: Owed, facts: ReviewsFacts): SafeHtml {
  const { zone, now, nameOf } = facts;
  const form = formTo(`/reviews/${encodeURIComponent(review.id)}/done`, facts);
  const isOverdue = Date.parse(review.dueAt) <= Date.parse(now);
  return html`<li>
    ${about(review, facts)}<br />
    ${isOverdue ? word('overdue', 'bad') : word('due', 'wait')} ${time(review.dueAt, zone)}.
    ${reviewers.length === 0 ? html`Nobody may review it: give somebody else the access <code>approver</code> in gantry.yaml and apply it.` : `It falls to ${listOf(reviewers.map(nameOf), 'or')}.`}
    ${
      refused === undefined
        ? formOf(
            form,
            html`${textField(form, { name: 'finding', label: 'What you found', longest: 2_000 })}
              <button>Close the review of ${review.title}</button>`,
          )
        : refusedForm(`Close the review of ${review.title}`, withStop(refused))
    }
  </li>`;
}

const doneRow = (review: ReviewRecord, facts: ReviewsFacts): SafeHtml =>
  html`<li>
    ${about(review, facts)}<br />
    ${word('reviewed', 'good')}
    ${review.done && html`by ${facts.nameOf(review.done.by)} on ${time(review.done.at, facts.zone)}: “${oneLine(review.done.finding, 500)}”`}
  </li>`;
