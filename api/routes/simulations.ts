import { IdSchema } from '../../domain/policy/common.schema.ts';
import { route } from '../http/route.ts';
import { simulate } from '../simulate.ts';
import { PlannedInstantSchema, ReasonSchema, z } from './common.schema.ts';
import { isInOrder, outOfOrder } from './dates.schema.ts';
import { NeedSchema, SpanSchema } from './slots.ts';

const RowSchema = z.looseObject({ gate: z.string(), kind: z.string(), because: z.string() });

const SimulationSchema = z
  .object({
    title: z.string(),
    at: z.string(),
    intent: z.enum(['deploy', 'redeploy', 'rollback']).describe('What it was judged as.'),
    intentBecause: z.string().describe('Why as that: it was asked for, or guessed.'),
    stages: z.array(
      z.object({
        environment: z.string(),
        need: NeedSchema,
        verdicts: z.array(RowSchema),
        predicted: SpanSchema.optional(),
        approvals: z.array(
          z.object({
            rule: z.string(),
            atLeast: z.number(),
            candidates: z.array(z.string()),
            names: z.array(z.string()).describe('How these people are called.'),
            away: z
              .array(z.string())
              .optional()
              .describe(
                'Those of them who are away then and are asked all the same, for it does not go without.',
              ),
          }),
        ),
        expired: z.string().optional(),
        beside: z
          .array(z.string())
          .describe('What to know beside, such as what an ended release has left there.'),
        zoneData: z.string(),
      }),
    ),
  })
  .openapi('Simulation');

const simulations = route({
  method: 'post',
  path: '/v1/simulations',
  action: 'release.read',
  summary:
    'What would happen to a release that is to start at a time: what each gate would say, `unknown` where only a release can tell, prediction, who is asked. Changes nothing.',
  body: z
    .strictObject({
      service: IdSchema,
      version: z.string().min(1).max(100),
      to: IdSchema.optional(),
      alone: z.literal(true).optional().describe('To its last environment only, past no stage before it.'),
      at: PlannedInstantSchema.optional().describe('Left out: now.'),
      startBy: PlannedInstantSchema.optional(),
      urgent: ReasonSchema.optional(),
      intent: z
        .enum(['deploy', 'redeploy', 'rollback'])
        .optional()
        .describe(
          'What is meant, as in an order. Left out: deploy; to its last environment `alone` what the version says: rollback where it is below the one that runs there, redeploy where it is that one.',
        ),
    })
    .refine(isInOrder, outOfOrder),
  example: { service: 'shop', version: '1.4.0', at: '2026-12-20T10:00:00Z' },
  answer: { status: 200, description: 'Each stage as it would be.', schema: SimulationSchema },
  problems: ['POLICY_NONE', 'SERVICE_UNKNOWN', 'ENVIRONMENT_UNKNOWN'],
  subject: async ({ body }) => ({ object: { services: [body.service] }, value: undefined }),
  handle: async ({ deps, body, caller }) => ({ body: await simulate(deps, body, caller) }),
});

export const simulationRoutes = [simulations];
