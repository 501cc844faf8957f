import { GantryError } from '../../platform/errors.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import { listReviews, reviewById, settleReview } from '../../platform/record/reviews.ts';
import { voterOf } from '../auth/voter.ts';
import { route } from '../http/route.ts';
import { NamesSchema, z } from './common.schema.ts';
import { visibleServices } from '../auth/narrowed-to.ts';

const ReviewSchema = z
  .object({
    id: z.string(),
    releaseId: z.string(),
    title: z.string(),
    services: z.array(z.string()),
    environment: z.string(),
    brokenBy: z.array(z.string()),
    reason: z.string(),
    incident: z.string(),
    brokenAt: z.string(),
    dueAt: z.string(),
    done: z.object({ at: z.string(), by: z.string(), finding: z.string() }).optional(),
  })
  .openapi('Review');

const list = route({
  method: 'get',
  path: '/v1/reviews',
  action: 'review.list',
  summary: 'Reviews that a break-glass owes, what is due first on top; with done=true those that were done.',
  query: z.strictObject({ done: z.enum(['true', 'false']).default('false') }),
  answer: {
    status: 200,
    description: 'Reviews.',
    schema: z.object({ items: z.array(ReviewSchema), names: NamesSchema }).openapi('ReviewList'),
  },
  async handle({ deps, caller, query }) {
    const isVisible = visibleServices(caller);
    const reviews = await listReviews(deps.store.db, { done: query.done === 'true' });
    const items = reviews.filter(({ services }) => services.every(isVisible));
    const people = items.flatMap((one) => [...one.brokenBy, one.done?.by]);
    return { body: { items, ...(await namesFor(deps.store.db, people)) } };
  },
});

const settle = route({
  method: 'post',
  path: '/v1/reviews/{id}/done',
  action: 'review.settle',
  summary: 'Close a review with what you found. Whoever broke the glass may not.',
  params: z.strictObject({ id: z.string().min(1).max(300) }),
  body: z.strictObject({ finding: z.string().trim().min(1).max(2_000).describe('What you found.') }),
  example: { finding: 'right to do; the window is to be wider' },
  answer: { status: 200, description: 'The review as it is now.', schema: ReviewSchema },
  problems: ['NOT_FOUND', 'AUTHORITY_MISSING', 'COMMAND_NOT_POSSIBLE'],
  async subject({ deps, params }) {
    const review = await reviewById(deps.store.db, params.id);
    if (!review) throw new GantryError('NOT_FOUND', { what: `review ${params.id}`, id: params.id });
    return { object: { services: review.services }, value: review };
  },
  async handle({ deps, caller, body, now }, review) {
    const done = await settleReview(deps.store.db, review.id, {
      by: caller.actor,
      person: voterOf(caller),
      finding: body.finding,
      at: now.toISOString(),
    });
    return { body: done };
  },
});

export const reviewRoutes = [list, settle];
