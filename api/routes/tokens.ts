import { IdSchema } from '../../domain/policy/common.schema.ts';
import { parseDuration } from '../../domain/policy/duration.ts';
import { AccessSchema } from '../../domain/policy/policy.schema.ts';
import { GantryError } from '../../platform/errors.ts';
import { once } from '../../platform/record/idempotency.ts';
import {
  createToken,
  listTokens,
  revokeToken,
  tokenById,
  type TokenRow,
} from '../../platform/record/tokens.ts';
import type { Caller } from '../auth/caller.ts';
import { knownPerson } from '../auth/people.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { route } from '../http/route.ts';
import { InstantSchema, z } from './common.schema.ts';

const DAY = 86_400_000;

const NewTokenSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('What uses it.'),
    access: z.array(AccessSchema).min(1).describe('Narrows the access of its person; it never adds to it.'),
    services: z
      .array(IdSchema)
      .max(100)
      .default([])
      .describe('Services that it may act on; none named: all.'),
    person: IdSchema.optional().describe('Whom it acts as; another than yourself needs the access admin.'),
    expires: z
      .string()
      .refine((text) => isLifetime(parseDuration(text)), 'is a duration of at most 365 days, such as 90d')
      .default('90d'),
  })
  .openapi('NewToken');

const isLifetime = (ms: number | undefined): boolean => ms !== undefined && ms > 0 && ms <= 365 * DAY;

const TokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    person: z.string(),
    access: z.array(AccessSchema),
    services: z.array(z.string()),
    createdAt: InstantSchema,
    createdBy: z.string(),
    expiresAt: InstantSchema,
    lastUsedAt: InstantSchema.optional(),
    revokedAt: InstantSchema.optional(),
    token: z.string().optional().describe('The token itself; only in the answer that made it, never again.'),
  })
  .openapi('Token');

const shown = ({ owner, ...token }: TokenRow): z.output<typeof TokenSchema> => ({ ...token, person: owner });

const create = route({
  method: 'post',
  path: '/v1/tokens',
  action: 'token.create',
  summary: 'Make a token for a program. It is shown once.',
  body: NewTokenSchema,
  example: { name: 'ci', access: ['releaser'], services: ['shop'], expires: '90d' },
  answer: { status: 201, description: 'The token.', schema: TokenSchema },
  problems: ['IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_KEY_REUSED', 'NOT_FOUND'],
  async handle(call) {
    const { deps, body, caller, now, requestId } = call;
    const owner = body.person ?? caller.grant.person;
    requireOwn(caller, owner);
    if (!(await knownPerson(deps, owner))) throw new GantryError('NOT_FOUND', { what: 'person', id: owner });
    const expiresAt = new Date(now.getTime() + (parseDuration(body.expires) ?? 0)).toISOString();
    let text: string | undefined;
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
      const { name, access, services } = body;
      const made = await createToken(trx, {
        name,
        access,
        services,
        owner,
        by: caller.actor,
        at: now.toISOString(),
        expiresAt,
        requestId,
      });
      text = made.text; // stays out of the kept answer: nothing that is stored may hold it
      return { status: 201, body: shown(made.token) };
    });
    return {
      body: { ...(answer.body as object), ...(text === undefined ? {} : { token: text }) },
      headers: replayHeader(replayed),
    };
  },
});

const list = route({
  method: 'get',
  path: '/v1/tokens',
  action: 'token.list',
  summary: 'Your tokens; with the access admin everybody’s. Never their secrets.',
  answer: {
    status: 200,
    description: 'Tokens, newest first.',
    schema: z.object({ items: z.array(TokenSchema) }).openapi('TokenList'),
  },
  async handle({ deps, caller }) {
    const tokens = await listTokens(deps.store.db, isAdmin(caller) ? undefined : caller.grant.person);
    return { body: { items: tokens.map(shown) } };
  },
});

const revoke = route({
  method: 'delete',
  path: '/v1/tokens/{id}',
  action: 'token.revoke',
  summary: 'End a token at once.',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  answer: { status: 200, description: 'The token that has ended.', schema: TokenSchema },
  problems: ['NOT_FOUND'],
  async handle({ deps, caller, params, now }) {
    const token = await tokenById(deps.store.db, params.id);
    if (!token || (token.owner !== caller.grant.person && !isAdmin(caller)))
      throw new GantryError('NOT_FOUND', { what: 'token', id: params.id });
    const at = now.toISOString();
    await revokeToken(deps.store.db, { id: token.id, by: caller.actor, at });
    return { body: shown({ ...token, revokedAt: token.revokedAt ?? at }) };
  },
});

/** Both the person and, where one is used, the token must have the access. */
const isAdmin = ({ grant }: Caller): boolean =>
  grant.access.includes('admin') && (grant.token?.access.includes('admin') ?? true);

/**
 * Everybody makes tokens for themselves, and a token only with the access admin: else a leaked one could outlive its own end.
 * @throws NOT_ALLOWED
 */
function requireOwn(caller: Caller, owner: string): void {
  if (isAdmin(caller) || (owner === caller.grant.person && !caller.grant.token)) return;
  const because = caller.grant.token
    ? 'a token makes no tokens without the access admin'
    : `a token for ${owner} needs the access admin`;
  throw new GantryError('NOT_ALLOWED', { person: caller.grant.person, detail: because });
}

export const tokenRoutes = [create, list, revoke];
