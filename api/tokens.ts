import type { Kysely } from 'kysely';
import { accessBeyond } from '../domain/identity/token-access.ts';
import type { Access } from '../domain/policy/policy.schema.ts';
import type { Database } from '../platform/database/schema.ts';
import { GantryError } from '../platform/errors.ts';
import { createToken, listTokens, revokeToken, tokenById, type TokenRow } from '../platform/record/tokens.ts';
import { calledAs, type Caller } from './auth/caller.ts';
import { knownPerson, type KnownPerson } from './auth/people.ts';
import type { ApiDeps } from './deps.ts';

/** A token as somebody asks for it, over the API or on the page. */
export interface WantedToken {
  name: string;
  access: readonly Access[];
  /** Services that it may act on; none: all that its person may act on. */
  services: readonly string[];
  lifetimeMs: number;
}

/** Both the person and, where one is used, the token must have the access. */
export const isAdmin = ({ grant }: Caller): boolean =>
  grant.access.includes('admin') && (grant.token?.access.includes('admin') ?? true);

/** Tokens that this caller may see, newest first: their own; with the access admin everybody's. */
export const tokensFor = (db: Kysely<Database>, caller: Caller): Promise<TokenRow[]> =>
  listTokens(db, isAdmin(caller) ? undefined : caller.grant.person);

/**
 * Looks whether this caller may make a token that acts as `owner`. Everybody makes tokens for themselves, and a token only with
 * the access admin: else a leaked one could outlive its own end.
 * @throws NOT_ALLOWED, NOT_FOUND where nobody is called so
 */
export async function requireOwner(deps: ApiDeps, caller: Caller, owner: string): Promise<KnownPerson> {
  if (!isAdmin(caller) && (owner !== caller.grant.person || caller.grant.token)) {
    const [detail, remedy] = caller.grant.token
      ? [
          'a token makes no tokens without the access admin',
          'Sign in and make it on the page /tokens, or ask an administrator to make it.',
        ]
      : [
          `a token for ${owner} needs the access admin`,
          'Make it for yourself (leave the person out), or ask an administrator to make it.',
        ];
    throw new GantryError('NOT_ALLOWED', { person: calledAs(caller), detail, remedy });
  }
  const known = await knownPerson(deps, owner);
  if (!known) throw new GantryError('NOT_FOUND', { what: 'person', id: owner });
  return known;
}

/** Whose a token is that this caller makes. One that another person made for somebody goes on being that other person's. */
const makerOf = ({ grant }: Caller): string => grant.token?.madeBy ?? grant.person;

/** Why this caller makes no token with such access for that person, who alone decides; undefined where nothing is in the way. */
export function whyNotPassedOn(
  access: readonly Access[],
  { owner, caller }: { owner: KnownPerson; caller: Caller },
): string | undefined {
  if (!access.includes('approver') || owner.id === makerOf(caller)) return undefined;
  const name = owner.person?.name ?? owner.id;
  return `a token that decides for ${name} is made by ${name}, signed in`;
}

/** Makes a token. `text` is in this answer alone. @throws TOKEN_ACCESS_BEYOND, NOT_ALLOWED where it would decide for somebody else */
export function makeToken(
  db: Kysely<Database>,
  wanted: WantedToken,
  o: { owner: KnownPerson; caller: Caller; now: Date; requestId: string },
): Promise<{ text: string; token: TokenRow }> {
  const beyond = accessBeyond(wanted.access, o.owner.access);
  if (beyond.length > 0)
    throw new GantryError('TOKEN_ACCESS_BEYOND', {
      person: o.owner.person?.name ?? o.owner.id,
      detail: beyond.join(', '),
      has: o.owner.access.join(', '),
    });
  const detail = whyNotPassedOn(wanted.access, o);
  if (detail !== undefined) {
    const remedy = `Let ${o.owner.person?.name ?? o.owner.id} make it, signed in, on the page /tokens; or leave out the access approver.`;
    throw new GantryError('NOT_ALLOWED', { person: calledAs(o.caller), detail, remedy });
  }
  return createToken(db, {
    name: wanted.name,
    access: wanted.access,
    services: wanted.services,
    owner: o.owner.id,
    by: o.caller.actor,
    madeBy: makerOf(o.caller),
    at: o.now.toISOString(),
    expiresAt: new Date(o.now.getTime() + wanted.lifetimeMs).toISOString(),
    requestId: o.requestId,
  });
}

/** Ends a token at once. @throws NOT_FOUND where this caller has none of this id */
export async function endToken(
  db: Kysely<Database>,
  id: string,
  { caller, now }: { caller: Caller; now: Date },
): Promise<TokenRow> {
  const token = await tokenById(db, id);
  if (!token || (token.owner !== caller.grant.person && !isAdmin(caller)))
    throw new GantryError('NOT_FOUND', { what: 'token', id });
  const at = now.toISOString();
  await revokeToken(db, { id: token.id, by: caller.actor, at });
  return { ...token, revokedAt: token.revokedAt ?? at };
}
