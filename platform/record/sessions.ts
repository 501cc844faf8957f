import { randomBytes } from 'node:crypto';
import type { Db } from '../database/open.ts';
import { sha256 } from '../ids.ts';

const HOUR = 3_600_000;
/** A session ends after 8 hours without use, and after 24 hours in any case (trust §4.3). */
export const sessionIdleMs = 8 * HOUR;
export const sessionLifeMs = 24 * HOUR;

/** A signed-in browser. `hash` names the row; the id itself is known to the cookie only. */
export interface Session {
  hash: string;
  person: string;
  expiresAt: string;
  /** How it began: by a one-time link, or at the OpenID provider. */
  method: SessionProof['method'];
  /** When the person last proved to the provider who they are; left out where nobody said so. RFC 3339. */
  authenticatedAt?: string;
}

/** What was proven when a session began. */
export interface SessionProof {
  method: 'link' | 'oidc';
  authenticatedAt?: string;
}

/** Opens a session. @returns the opaque id of 256 bits that belongs into the cookie. */
export async function startSession(
  db: Db,
  person: string,
  now: Date,
  proof: SessionProof = { method: 'link' },
): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  const row = {
    hash: sha256(id),
    person,
    created_at: now,
    seen_at: now,
    expires_at: new Date(now.getTime() + sessionLifeMs),
    method: proof.method,
    authenticated_at: proof.authenticatedAt ?? null,
  };
  await db.insertInto('sessions').values(row).execute();
  return id;
}

/** The live session of this id. Use is remembered to the minute. */
export async function findSession(db: Db, id: string, now: Date): Promise<Session | undefined> {
  const row = await db
    .selectFrom('sessions')
    .selectAll()
    .where('hash', '=', sha256(id))
    .where('expires_at', '>', now)
    .where('seen_at', '>', new Date(now.getTime() - sessionIdleMs))
    .executeTakeFirst();
  if (!row) return undefined;
  if (now.getTime() - row.seen_at.getTime() > 60_000) {
    await db.updateTable('sessions').set({ seen_at: now }).where('hash', '=', row.hash).execute();
  }
  return {
    hash: row.hash,
    person: row.person,
    expiresAt: row.expires_at.toISOString(),
    method: row.method,
    ...(row.authenticated_at === null ? {} : { authenticatedAt: row.authenticated_at.toISOString() }),
  };
}

/** Signs out: the row is gone, so a copied cookie is worth nothing. */
export async function endSession(db: Db, hash: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', hash).execute();
}

/** Ends all sessions of a person. @returns how many there were. */
export async function endSessionsOf(db: Db, person: string): Promise<number> {
  const gone = await db.deleteFrom('sessions').where('person', '=', person).executeTakeFirst();
  return Number(gone.numDeletedRows);
}

/** Removes what nobody can use any more. */
export async function sweepSessions(db: Db, now: Date): Promise<void> {
  const idle = new Date(now.getTime() - sessionIdleMs);
  await db
    .deleteFrom('sessions')
    .where((row) => row.or([row('expires_at', '<=', now), row('seen_at', '<=', idle)]))
    .execute();
}
