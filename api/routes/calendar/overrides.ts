import { budgetSince } from '../../../domain/calendar/override-budget.ts';
import { IdSchema } from '../../../domain/policy/common.schema.ts';
import { GantryError } from '../../../platform/errors.ts';
import { revokeOverride, secondOverride } from '../../../platform/record/calendar/give-override.ts';
import { budgetLeft } from '../../../platform/record/calendar/override-budget.ts';
import {
  overrideById,
  overridesGivenSince,
  overridesOfRelease,
  type OverrideRecord,
} from '../../../platform/record/calendar/overrides.ts';
import { once } from '../../../platform/record/idempotency.ts';
import { namesFor } from '../../../platform/record/person-names.ts';
import { currentPolicy } from '../../../platform/record/policies.ts';
import { letPass, requireSecond, teamOf } from '../../give-override.ts';
import { keyedRequest, replayHeader } from '../../http/idempotency-key.ts';
import { route, type Call } from '../../http/route.ts';
import { InstantSchema, NamesSchema, ReasonSchema, releaseParams, z } from '../common.schema.ts';
import { visibleServices } from '../../auth/narrowed-to.ts';
import { releaseOf } from '../release-of.ts';
import { MomentSchema, utc } from './calendar.schema.ts';
import { originOf } from './rules.ts';

const OverrideOrderSchema = z
  .strictObject({
    freeze: z.string().min(1).max(80).describe('Name of the freeze, or of the window that is closed.'),
    revision: z.int().min(1).optional().describe('State of the freeze that you saw; another one is refused.'),
    environment: IdSchema,
    reason: ReasonSchema.min(10).describe('Why, in 10 characters or more.'),
    expires: MomentSchema.describe('When it ends: within 24 hours.'),
    longer: z
      .boolean()
      .optional()
      .describe(
        'It shall last beyond the one that stands. Left out, the answer is the one that stands, with a `note`, and nothing is taken of the budget.',
      ),
  })
  .openapi('OverrideOrder');

const BudgetSchema = z
  .object({
    team: z.string().describe('The team, or `person:ana` for somebody without one.'),
    spent: z.number().int().describe('Given in the last 30 days, whatever became of them.'),
    size: z.number().int(),
    left: z.number().int(),
    needsSecond: z.boolean().describe('The next one counts only when a release manager has agreed.'),
    nextFreeAt: InstantSchema.optional().describe('When the budget grows again.'),
    because: z.string(),
  })
  .openapi('OverrideBudget');

const OverrideSchema = z
  .object({
    id: z.string(),
    freezeId: z.string(),
    revision: z.number().int().describe('Of the freeze: an override is for one revision.'),
    releaseId: z.string(),
    services: z.array(z.string()).optional().describe('Of the release; in the list of all.'),
    title: z.string().optional().describe('What people call the release; in the list of all.'),
    environment: z.string(),
    by: z.string(),
    reason: z.string(),
    givenAt: InstantSchema,
    expiresAt: InstantSchema,
    team: z.string().optional().describe('Whose budget it is taken from.'),
    state: z
      .enum(['live', 'unseconded', 'expired', 'revoked', 'voided', 'releaseEnded'])
      .describe(
        '`unseconded`: beyond the budget; it opens nothing until a release manager agrees. `releaseEnded`: its release ended while it stood.',
      ),
    seconded: z.object({ by: z.string(), at: InstantSchema }).optional(),
    revoked: z.object({ by: z.string(), at: InstantSchema, reason: z.string() }).optional(),
    voided: z.object({ at: InstantSchema, because: z.string() }).optional(),
  })
  .openapi('Override');

const GivenSchema = OverrideSchema.extend({
  needsSecond: z.boolean(),
  budget: BudgetSchema.optional().describe('What was left before it.'),
  note: z.string().optional().describe('That it stood already, by whom and until when; nothing was given.'),
}).openapi('GivenOverride');

const overrideParams = releaseParams.extend({ override: z.string().min(1).max(80) });

const give = route({
  method: 'post',
  path: '/v1/releases/{id}/overrides',
  action: 'override.give',
  summary:
    'Let this release pass one freeze or closed window in one environment, for 24 hours at most. Beyond the budget of the team a release manager has to agree.',
  params: releaseParams,
  body: OverrideOrderSchema,
  example: {
    freeze: 'black-friday',
    environment: 'production',
    reason: 'the checkout loses orders',
    expires: '2026-11-27T12:00:00Z',
  },
  answer: {
    status: 201,
    description: 'The override, and the budget that it was taken from.',
    schema: GivenSchema,
  },
  problems: [
    'NOT_FOUND',
    'AMBIGUOUS_ID',
    'STALE',
    'IDEMPOTENCY_KEY_MISSING',
    'IDEMPOTENCY_KEY_REUSED',
    'OVERRIDE_INVALID',
  ],
  subject: releaseOf,
  async handle(call, view) {
    const { deps, caller, body, now, requestId } = call;
    const wanted = { ...body, expires: utc(body.expires) };
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => ({
      status: 201,
      body: await letPass(trx, wanted, { deps, caller, now, requestId, view }),
    }));
    return { body: answer.body, headers: replayHeader(replayed) };
  },
});

/** Who gave it, agreed to it and took it back. */
const mentioned = ({ by, seconded, revoked }: OverrideRecord): (string | undefined)[] => [
  by,
  seconded?.by,
  revoked?.by,
];

const listAll = route({
  method: 'get',
  path: '/v1/overrides',
  action: 'calendar.read',
  summary: 'Overrides that were given in the last 30 days: what the budgets count.',
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({ items: z.array(OverrideSchema), names: NamesSchema }).openapi('OverridesGiven'),
  },
  async handle({ deps, caller, now }) {
    const at = now.toISOString();
    const given = await overridesGivenSince(deps.store.db, { since: budgetSince(at), now: at });
    const isVisible = visibleServices(caller);
    const items = given.filter(({ services }) => services.every(isVisible));
    return { body: { items, ...(await namesFor(deps.store.db, items.flatMap(mentioned))) } };
  },
});

const list = route({
  method: 'get',
  path: '/v1/releases/{id}/overrides',
  action: 'release.read',
  summary: 'All overrides of a release, ended ones, too.',
  params: releaseParams,
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({ items: z.array(OverrideSchema) }).openapi('OverrideList'),
  },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  handle: async ({ deps, now }, view) => ({
    body: { items: await overridesOfRelease(deps.store.db, view.id, now.toISOString()) },
  }),
});

/** The override of the path, which must be one of this release. @throws NOT_FOUND */
async function overrideOfPath(
  { deps, params, now }: Pick<Call<{ override: string }, unknown, unknown>, 'deps' | 'params' | 'now'>,
  releaseId: string,
): Promise<string> {
  const found = await overrideById(deps.store.db, params.override, now.toISOString());
  if (found?.releaseId !== releaseId)
    throw new GantryError('NOT_FOUND', { what: 'override', id: params.override });
  return found.id;
}

const second = route({
  method: 'post',
  path: '/v1/releases/{id}/overrides/{override}/second',
  action: 'override.second',
  summary: 'Agree to an override beyond the budget, as a release manager other than who gave it.',
  params: overrideParams,
  body: z.strictObject({ reason: ReasonSchema.optional() }).openapi('OverrideSecond'),
  example: { reason: 'orders are being lost' },
  answer: { status: 200, description: 'The override, which counts now.', schema: OverrideSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID', 'OVERRIDE_INVALID'],
  subject: releaseOf,
  async handle(call, view) {
    const { deps, caller, body, now, requestId } = call;
    const id = await overrideOfPath(call, view.id);
    requireSecond(caller, (await currentPolicy(deps.store.db))?.policy);
    const origin = originOf(caller, now, requestId, body.reason);
    return { body: await secondOverride(deps.store.db, { id, ...origin }) };
  },
});

const revoke = route({
  method: 'delete',
  path: '/v1/releases/{id}/overrides/{override}',
  action: 'override.give',
  summary: 'Take an override back before it ends.',
  params: overrideParams,
  body: z.strictObject({ reason: ReasonSchema }).openapi('OverrideEnd'),
  example: { reason: 'the fix can wait' },
  answer: { status: 200, description: 'The override that has ended.', schema: OverrideSchema },
  problems: ['NOT_FOUND', 'AMBIGUOUS_ID'],
  subject: releaseOf,
  async handle(call, view) {
    const { deps, caller, body, now, requestId } = call;
    const id = await overrideOfPath(call, view.id);
    return {
      body: await revokeOverride(deps.store.db, { id, ...originOf(caller, now, requestId, body.reason) }),
    };
  },
});

/** Teams and numbers alone, for whoever may read the calendar: a budget that everybody sees is spent with more care. */
const budget = route({
  method: 'get',
  path: '/v1/overrides/budget',
  action: 'calendar.read',
  summary: 'What each team has left of its overrides: 2 in 30 days.',
  query: z.strictObject({ team: z.string().min(1).max(80).optional().describe('Only this team.') }),
  answer: {
    status: 200,
    description: 'By team; a team that has given none is there, too.',
    schema: z.object({ items: z.array(BudgetSchema) }).openapi('OverrideBudgetList'),
  },
  async handle({ deps, caller, query, now }) {
    const people = (await currentPolicy(deps.store.db))?.policy.people ?? [];
    const known = people.flatMap(({ team }) => (team === undefined ? [] : [team]));
    const teams = query.team === undefined ? [...new Set([...known, teamOf(caller)])].sort() : [query.team];
    const at = now.toISOString();
    const items = teams.map(async (team) => ({
      team,
      ...(await budgetLeft(deps.store.db, { team, now: at })),
    }));
    return { body: { items: await Promise.all(items) } };
  },
});

export const overrideRoutes = [give, listAll, list, second, revoke, budget];
