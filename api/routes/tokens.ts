import { IdSchema } from '../../domain/policy/common.schema.ts';
import { parseDuration } from '../../domain/policy/duration.ts';
import { AccessSchema } from '../../domain/policy/policy.schema.ts';
import { once } from '../../platform/record/idempotency.ts';
import { namesFor } from '../../platform/record/person-names.ts';
import type { TokenRow } from '../../platform/record/tokens.ts';
import { keyedRequest, replayHeader } from '../http/idempotency-key.ts';
import { route } from '../http/route.ts';
import { endToken, makeToken, requireOwner, tokensFor } from '../tokens.ts';
import { InstantSchema, NamesSchema, z } from './common.schema.ts';

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
      .refine(
        (text) => isLifetime(parseDuration(text)),
        'is no duration of at most 365 days: write one such as 90d',
      )
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
    names: NamesSchema,
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
  problems: ['IDEMPOTENCY_KEY_MISSING', 'IDEMPOTENCY_KEY_REUSED', 'NOT_FOUND', 'TOKEN_ACCESS_BEYOND'],
  async handle(call) {
    const { deps, body, caller, now, requestId } = call;
    const owner = await requireOwner(deps, caller, body.person ?? caller.grant.person);
    let text: string | undefined;
    const { answer, replayed } = await once(deps.store.db, keyedRequest(call), now, async (trx) => {
      const wanted = { ...body, lifetimeMs: parseDuration(body.expires) ?? 0 };
      const made = await makeToken(trx, wanted, { owner, caller, now, requestId });
      text = made.text; // stays out of the kept answer: nothing that is stored may hold it
      return { status: 201, body: shown(made.token) };
    });
    const { person } = answer.body as { person?: string };
    return {
      body: {
        ...(answer.body as object),
        ...(await namesFor(deps.store.db, [person])),
        ...(text === undefined ? {} : { token: text }),
      },
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
    schema: z.object({ items: z.array(TokenSchema), names: NamesSchema }).openapi('TokenList'),
  },
  async handle({ deps, caller }) {
    const items = (await tokensFor(deps.store.db, caller)).map(shown);
    const people = items.flatMap(({ person, createdBy }) => [person, createdBy]);
    return { body: { items, ...(await namesFor(deps.store.db, people)) } };
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
    return { body: shown(await endToken(deps.store.db, params.id, { caller, now })) };
  },
});

export const tokenRoutes = [create, list, revoke];
