import { IdSchema } from '../../domain/policy/common.schema.ts';
import { liftPromotionHold, promotionHolds } from '../../platform/record/promotion-holds.ts';
import { route } from '../http/route.ts';
import { InstantSchema, ReasonSchema, z } from './common.schema.ts';
import { visibleServices } from '../auth/narrowed-to.ts';

const HoldSchema = z
  .object({
    environment: z.string(),
    service: z.string(),
    releaseId: z.string(),
    because: z.string(),
    at: InstantSchema,
  })
  .openapi('PromotionHold');

const list = route({
  method: 'get',
  path: '/v1/promotion-holds',
  action: 'environment.list',
  summary: 'Places that take no promotion by itself, because something was rolled back there.',
  answer: {
    status: 200,
    description: 'Those that stand, oldest first.',
    schema: z.object({ items: z.array(HoldSchema) }).openapi('PromotionHoldList'),
  },
  async handle({ deps, caller }) {
    const isVisible = visibleServices(caller);
    const holds = await promotionHolds(deps.store.db);
    return { body: { items: holds.filter(({ service }) => isVisible(service)) } };
  },
});

const lift = route({
  method: 'post',
  path: '/v1/promotion-holds/{environment}/{service}/lift',
  action: 'promotion.lift',
  summary: 'Let a service be promoted into an environment by itself again.',
  params: z.strictObject({ environment: IdSchema, service: IdSchema }),
  body: z.strictObject({ reason: ReasonSchema }).openapi('PromotionHoldLift'),
  example: { reason: 'the cause was the network' },
  answer: { status: 204, description: 'It is lifted.' },
  problems: ['NOT_FOUND'],
  subject: async ({ params }) => ({ object: { services: [params.service] }, value: undefined }),
  async handle({ deps, params, body, caller, now, requestId }) {
    await liftPromotionHold(deps.store.db, params, {
      by: caller.actor,
      at: now.toISOString(),
      reason: body.reason,
      requestId,
    });
    return {};
  },
});

export const promotionHoldRoutes = [list, lift];
