import { IdSchema } from '../../domain/policy/common.schema.ts';
import { slotsOf } from '../../platform/record/calendar/outlook.ts';
import { nowOf } from '../deps.ts';
import { route } from '../http/route.ts';
import { stageOf } from '../stage-of.ts';
import { PlannedInstantSchema, z } from './common.schema.ts';

export const NeedSchema = z.object({ medianMs: z.number(), p90Ms: z.number(), samples: z.number() });
export const SpanSchema = z.object({ start: z.string(), end: z.string() });

const SlotsSchema = z
  .object({
    environment: z.string(),
    need: NeedSchema,
    slots: z.array(SpanSchema),
    missed: z.array(z.object({ start: z.string(), end: z.string().optional(), because: z.string() })),
    zone: z.string(),
    zoneData: z.string(),
  })
  .openapi('Slots');

const slots = route({
  method: 'get',
  path: '/v1/slots',
  action: 'release.read',
  summary: 'The next times at which a release fits, and why earlier openings do not do.',
  query: z.strictObject({
    service: IdSchema,
    version: z.string().max(100).optional(),
    environment: IdSchema.optional().describe('Left out: the last of its pipeline.'),
    from: PlannedInstantSchema.optional().describe('Left out: now.'),
    count: z.coerce.number().int().min(1).max(20).default(5),
  }),
  answer: { status: 200, description: 'Slots, earliest first.', schema: SlotsSchema },
  problems: ['POLICY_NONE', 'SERVICE_UNKNOWN', 'ENVIRONMENT_UNKNOWN'],
  subject: async ({ query }) => ({ object: { services: [query.service] }, value: undefined }),
  async handle({ deps, query }) {
    const { stage } = await stageOf(deps, query.service, query.environment);
    const now = nowOf(deps).toISOString();
    const found = await slotsOf(deps.store.db, {
      stage,
      services: [query.service],
      actionClass: 'planned',
      now,
      from: query.from ?? now,
      count: query.count,
    });
    return { body: { environment: stage.environment, ...found } };
  },
});

export const slotRoutes = [slots];
