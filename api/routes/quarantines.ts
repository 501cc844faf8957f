import { ArgumentValueSchema, IdSchema } from '../../domain/policy/common.schema.ts';
import type { Db } from '../../platform/database/open.ts';
import { mailDomain } from '../../platform/mail-domain.ts';
import { once } from '../../platform/record/idempotency.ts';
import {
  allQuarantines,
  liftQuarantine,
  setQuarantine,
  standingQuarantines,
  type QuarantineRecord,
} from '../../platform/record/gates/quarantines.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import type { ActionObject } from '../auth/access.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { route, type Call } from '../http/route.ts';
import { InstantSchema, NamesSchema, z } from './common.schema.ts';
import { concernsVisible, visibleServices } from '../auth/narrowed-to.ts';

const WhySchema = z
  .string()
  .trim()
  .min(10)
  .max(2_000)
  .describe('Why, in 10 characters or more: everybody whom it stops reads it.');

/** What is banned, for the table of access: a digest whatever carries it, which is no business of one service alone. */
export const bannedBy = (order: {
  service?: string | undefined;
  digest?: string | undefined;
}): ActionObject =>
  order.service === undefined || order.digest !== undefined ? {} : { services: [order.service] };

export const QuarantineOrderSchema = z
  .strictObject({
    service: IdSchema.optional(),
    version: ArgumentValueSchema.max(100).optional().describe('With `service`: this version of it.'),
    digest: ArgumentValueSchema.optional().describe(
      'Everything that carries this digest, whatever it is called.',
    ),
    reason: WhySchema,
  })
  .refine(
    ({ service, version, digest }) =>
      (service === undefined) === (version === undefined) && (service ?? digest) !== undefined,
    {
      error: 'names nothing: give service and version, a digest, or both',
    },
  )
  .openapi('QuarantineOrder');

const QuarantineSchema = z
  .object({
    id: z.string(),
    service: z.string().optional(),
    version: z.string().optional(),
    digest: z.string().optional(),
    builds: z
      .array(z.object({ digest: z.string().optional(), commit: z.string().optional() }))
      .optional()
      .describe(
        'What its version was known to be when it was banned: other names for these are banned, too.',
      ),
    by: z.string(),
    reason: z.string(),
    at: InstantSchema,
    lifts: z
      .array(z.object({ by: z.string(), reason: z.string(), at: InstantSchema }))
      .describe('Who has agreed to lift it; two people do.'),
    liftedAt: InstantSchema.optional(),
    note: z
      .string()
      .optional()
      .describe(
        'For whoever sets it: that it stood already, and the reason given now is not recorded; or that no such build is known here.',
      ),
    names: NamesSchema,
  })
  .openapi('Quarantine');

const originOf = ({ caller, now, requestId, deps }: Call<unknown, unknown, unknown>, reason: string) => ({
  by: caller.actor,
  at: now.toISOString(),
  reason,
  requestId,
  mailDomain: mailDomain(deps.config.mailFrom),
});

/** Who set it, and who has agreed to lift it. */
const mentioned = ({ by, lifts }: QuarantineRecord): string[] => [by, ...lifts.map((lift) => lift.by)];

/** A ban by digest alone is on all services. */
export const servicesOf = ({ service }: QuarantineRecord): { services: string[] } => ({
  services: service === undefined ? [] : [service],
});

const withNames = async (db: Db, quarantine: QuarantineRecord) => ({
  ...quarantine,
  ...(await namesFor(db, mentioned(quarantine))),
});

const list = route({
  method: 'get',
  path: '/v1/quarantines',
  action: 'environment.list',
  summary: 'Builds that may go nowhere, and who said so.',
  query: z.strictObject({
    all: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional()
      .describe('Those that were lifted, too, newest first.'),
  }),
  answer: {
    status: 200,
    description: 'Those that stand, oldest first.',
    schema: z.object({ items: z.array(QuarantineSchema), names: NamesSchema }).openapi('QuarantineList'),
  },
  async handle({ deps, caller, query }) {
    const { db } = deps.store;
    const all = await (query.all === true ? allQuarantines(db) : standingQuarantines(db));
    const concerns = concernsVisible(visibleServices(caller));
    const items: QuarantineRecord[] = all.filter((one) => concerns(servicesOf(one)));
    return { body: { items, ...(await namesFor(db, items.flatMap(mentioned))) } };
  },
});

const set = route({
  method: 'post',
  path: '/v1/quarantines',
  action: 'quarantine.set',
  summary:
    'Ban a build everywhere: its releases are denied, and held where they are under way. One person sets it, two lift it.',
  body: QuarantineOrderSchema,
  example: { service: 'shop', version: '1.4.0', reason: 'corrupts carts of guests' },
  answer: { status: 201, description: 'The quarantine that stands.', schema: QuarantineSchema },
  problems: ['IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_KEY_REUSED', 'QUARANTINE_INVALID'],
  subject: async ({ body }) => ({
    object: bannedBy(body),
    value: undefined,
  }),
  async handle(call) {
    const { deps, body, now } = call;
    const { service, version, digest, reason } = body;
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => ({
      status: 201,
      body: await withNames(
        trx,
        await setQuarantine(trx, {
          ...originOf(call, reason),
          ...(service === undefined ? {} : { service }),
          ...(version === undefined ? {} : { version }),
          ...(digest === undefined ? {} : { digest }),
        }),
      ),
    }));
    return { body: answer.body, headers: replayHeader(replayed) };
  },
});

const lift = route({
  method: 'post',
  path: '/v1/quarantines/{id}/lift',
  action: 'quarantine.lift',
  summary: 'Agree that a build may go on again. The second person’s word lifts it.',
  params: z.strictObject({ id: z.string().min(1).max(80) }),
  body: z.strictObject({ reason: WhySchema }).openapi('QuarantineLift'),
  example: { reason: 'the cart service was to blame' },
  answer: { status: 200, description: 'The quarantine, which may still stand.', schema: QuarantineSchema },
  problems: ['NOT_FOUND', 'QUARANTINE_LIFT_REFUSED'],
  async handle(call) {
    const { db } = call.deps.store;
    const lifted = await liftQuarantine(db, { ...originOf(call, call.body.reason), id: call.params.id });
    return { body: await withNames(db, lifted) };
  },
});

export const quarantineRoutes = [list, set, lift];
