import type { Express } from 'express';
import { reviewersOf, whyNotReviewable } from '../../domain/gates/review/reviewers.ts';
import { GantryError } from '../../platform/errors.ts';
import { listReviews, reviewById, settleReview, type ReviewRecord } from '../../platform/record/reviews.ts';
import { authorise } from '../auth/caller.ts';
import { allowed } from '../auth/declared.ts';
import { voterOf } from '../auth/voter.ts';
import type { ApiDeps } from '../deps.ts';
import { visibleServices } from '../auth/narrowed-to.ts';
import { formHandler, neededField, pageHandler, pathPart, type PageCall } from './page-call.ts';
import { whyNotByAccess } from './parts/why-not.ts';
import { reviewsPage } from './reviews-page.ts';

/** Of those that are over, so many are shown; all are in the JSON. */
const doneShown = 20;

/** `/reviews`: what a break-glass owes, with a form to say what was found. */
export function mountReviews(app: Express, deps: ApiDeps): void {
  app.get('/reviews.json', allowed(deps.log, 'review.list'), (_req, res) => res.redirect(307, '/v1/reviews'));
  app.get('/reviews', pageHandler(deps, 'review.list', show));
  app.post(
    '/reviews/:id/done',
    formHandler(deps, { within: 'review.settle' }, { handle: settle, showAgain }),
  );
}

/** The page after a form that was not done. */
async function showAgain(call: PageCall): Promise<void> {
  authorise(call.deps.log, call.caller, 'review.list');
  await show(call);
}

async function show(call: PageCall): Promise<void> {
  const { deps, caller, policy, zone, now, nameOf, res, sent } = call;
  const { db } = deps.store;
  const isVisible = visibleServices(caller);
  const visible = ({ services }: ReviewRecord): boolean => services.every(isVisible);
  const [owed, done] = await Promise.all([listReviews(db, { done: false }), listReviews(db, { done: true })]);
  res.type('html').send(
    reviewsPage({
      ...{ caller, zone, nameOf, sent, inbox: deps.inbox, now: now.toISOString() },
      owed: owed.filter(visible).map((review) => ({
        review,
        reviewers: policy ? reviewersOf(policy, review) : [],
        refused: whyNot(call, review),
      })),
      done: done.filter(visible).slice(0, doneShown),
    }),
  );
}

/** Why the reader may not do this review; undefined where they may. */
function whyNot({ caller, nameOf }: PageCall, review: ReviewRecord): string | undefined {
  if (!caller.person) return 'You may not: only people review, and you are nobody in the policy.';
  return (
    whyNotByAccess(caller, 'review.settle', { services: review.services }) ??
    whyNotReviewable(review, caller.person.id, nameOf)?.because
  );
}

async function settle(call: PageCall): Promise<void> {
  const { deps, caller, req, res, now } = call;
  const { db } = deps.store;
  const id = pathPart(req, 'id');
  const review = await reviewById(db, id);
  if (!review) throw new GantryError('NOT_FOUND', { what: `review ${id}`, id });
  authorise(deps.log, caller, 'review.settle', { services: review.services });
  const finding = neededField(req, 'finding', 'Say what you found');
  await settleReview(db, id, { by: caller.actor, person: voterOf(caller), finding, at: now.toISOString() });
  res.redirect(303, '/reviews');
}
