import type { Kysely } from 'kysely';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { isMadeByAnother } from '../../domain/identity/token-maker.ts';
import type { Actor } from '../../domain/release/release.ts';
import { newAccessToken } from '../access-token.ts';
import type { Database } from '../database/schema.ts';
import { appendEvents } from './append.ts';
import { inTransaction } from '../database/open.ts';
import { personNames } from './person-names.ts';

/** A token as people see it: never its secret, which is shown once when it is made. */
export interface TokenRow {
  id: string;
  name: string;
  /** Person whose access the token narrows. */
  owner: string;
  access: Access[];
  /** Services it may act on; empty: all that its owner may act on. */
  services: string[];
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  lastUsedAt?: string;
  revokedAt?: string;
}

/** Person who made the token that somebody acts with, where that is another than whom it acts for; undefined for whoever acts without one. */
export async function makerOfToken(
  db: Kysely<Database>,
  { id, kind }: Pick<Actor, 'id' | 'kind'>,
): Promise<string | undefined> {
  const token = kind === 'token' ? await tokenById(db, id) : undefined;
  return token && isMadeByAnother(token) ? token.createdBy : undefined;
}

export interface NewToken {
  name: string;
  owner: string;
  access: readonly Access[];
  services?: readonly string[];
  by: Actor;
  /** Person who made it, where `by` does not tell: a token that another person made makes tokens of that person. */
  madeBy?: string;
  at: string;
  expiresAt: string;
  requestId?: string;
}

/** Makes a token and writes down that it was made. `text` is not kept anywhere. */
export async function createToken(
  db: Kysely<Database>,
  wanted: NewToken,
): Promise<{ text: string; token: TokenRow }> {
  const made = newAccessToken();
  const access = [...new Set(wanted.access)];
  const services = [...new Set(wanted.services ?? [])];
  const createdBy = wanted.madeBy ?? wanted.by.person ?? wanted.by.id;
  await inTransaction(db, async (trx) => {
    const nameOf = await personNames(trx);
    await trx
      .insertInto('tokens')
      .values({
        id: made.id,
        hash: made.hash,
        name: wanted.name,
        owner: wanted.owner,
        access,
        services,
        created_by: createdBy,
        created_at: new Date(wanted.at),
        expires_at: wanted.expiresAt,
      })
      .execute();
    await appendEvents(trx, null, [
      {
        key: `token/${made.id}/created`,
        at: wanted.at,
        actor: wanted.by,
        action: 'token.created',
        object: `token ${made.id}`,
        sentence: `Token "${wanted.name}" was made for ${nameOf(wanted.owner)}.`,
        facts: { owner: wanted.owner, access, services, expiresAt: wanted.expiresAt },
        ...(wanted.requestId ? { requestId: wanted.requestId } : {}),
      },
    ]);
  });
  const { name, owner, expiresAt } = wanted;
  return {
    text: made.text,
    token: {
      id: made.id,
      name,
      owner,
      access,
      services,
      createdAt: wanted.at,
      createdBy,
      expiresAt,
    },
  };
}

/** The token with this hash that is neither revoked nor past its end. */
export async function findToken(
  db: Kysely<Database>,
  hash: string,
  now: Date,
): Promise<TokenRow | undefined> {
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && tokenRow(row);
}

/** Remembers the last use, to the minute: a busy token must not cost a write for each request. */
export async function touchToken(db: Kysely<Database>, token: TokenRow, now: Date): Promise<void> {
  if (token.lastUsedAt !== undefined && now.getTime() - Date.parse(token.lastUsedAt) < 60_000) return;
  await db.updateTable('tokens').set({ last_used_at: now }).where('id', '=', token.id).execute();
}

/** Tokens, newest first; with `owner` only that person's. Revoked and expired ones are in the list. */
export async function listTokens(db: Kysely<Database>, owner?: string): Promise<TokenRow[]> {
  const all = db.selectFrom('tokens').selectAll().orderBy('created_at', 'desc').orderBy('id');
  const rows = await (owner === undefined ? all : all.where('owner', '=', owner)).execute();
  return rows.map(tokenRow);
}

export async function tokenById(db: Kysely<Database>, id: string): Promise<TokenRow | undefined> {
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
  return row && tokenRow(row);
}

/** Ends a token; ending it again changes nothing. */
export async function revokeToken(
  db: Kysely<Database>,
  o: { id: string; by: Actor; at: string },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const ended = await trx
      .updateTable('tokens')
      .set({ revoked_at: o.at })
      .where('id', '=', o.id)
      .where('revoked_at', 'is', null)
      .returning(['name', 'owner'])
      .executeTakeFirst();
    if (!ended) return;
    const nameOf = await personNames(trx);
    await appendEvents(trx, null, [
      {
        key: `token/${o.id}/revoked`,
        at: o.at,
        actor: o.by,
        action: 'token.revoked',
        object: `token ${o.id}`,
        sentence: `Token "${ended.name}" of ${nameOf(ended.owner)} was revoked.`,
      },
    ]);
  });
}

interface StoredToken {
  id: string;
  name: string;
  owner: string;
  access: string[];
  services: string[];
  created_at: Date;
  created_by: string;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

const tokenRow = (row: StoredToken): TokenRow => ({
  id: row.id,
  name: row.name,
  owner: row.owner,
  access: row.access as Access[], // written by createToken only
  services: row.services,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  expiresAt: row.expires_at.toISOString(),
  ...(row.last_used_at ? { lastUsedAt: row.last_used_at.toISOString() } : {}),
  ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
});
