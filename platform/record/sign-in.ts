import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Actor } from '../../domain/release/release.ts';
import type { Database } from '../database/schema.ts';
import { sha256 } from '../ids.ts';
import { appendEvents } from './append.ts';
import { personNames } from './person-names.ts';
import { inTransaction } from '../database/open.ts';

/** How long a sign-in link can be used (trust §4.5). */
export const signInLinkMs = 15 * 60_000;

/** Makes a link that signs `person` in once. @returns the secret for its address `/sign-in/{secret}`. */
export async function createSignInLink(
  db: Kysely<Database>,
  o: { person: string; by: Actor; now: Date },
): Promise<{ secret: string; expiresAt: string }> {
  const secret = randomBytes(32).toString('base64url');
  const hash = sha256(secret);
  const expiresAt = new Date(o.now.getTime() + signInLinkMs);
  await inTransaction(db, async (trx) => {
    await trx
      .insertInto('sign_in_links')
      .values({ hash, person: o.person, created_by: o.by.id, created_at: o.now, expires_at: expiresAt })
      .execute();
    await appendEvents(trx, null, [
      {
        key: `signin/${hash.slice(0, 32)}/created`,
        at: o.now.toISOString(),
        actor: o.by,
        action: 'signin.created',
        object: o.person,
        sentence: `A sign-in link was made for ${(await personNames(trx))(o.person)}.`,
        facts: { expiresAt: expiresAt.toISOString() },
      },
    ]);
  });
  return { secret, expiresAt: expiresAt.toISOString() };
}

/** Whom the link would sign in; looking at it changes nothing. */
export async function peekSignInLink(
  db: Kysely<Database>,
  secret: string,
  now: Date,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('sign_in_links')
    .select('person')
    .where('hash', '=', sha256(secret))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.person;
}

/** Uses the link up. Of two clicks at once one gets the person: the update takes the row before it looks at `used_at` again. */
export async function useSignInLink(
  db: Kysely<Database>,
  secret: string,
  now: Date,
): Promise<string | undefined> {
  const hash = sha256(secret);
  return inTransaction(db, async (trx) => {
    const used = await trx
      .updateTable('sign_in_links')
      .set({ used_at: now })
      .where('hash', '=', hash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning('person')
      .executeTakeFirst();
    if (!used) return undefined;
    await appendEvents(trx, null, [
      {
        key: `signin/${hash.slice(0, 32)}/used`,
        at: now.toISOString(),
        actor: { id: used.person, kind: 'person', person: used.person, assurance: 'session' },
        action: 'signin.used',
        object: used.person,
        sentence: `${(await personNames(trx))(used.person)} signed in with a link.`,
      },
    ]);
    return used.person;
  });
}

/** Whether any sign-in link was ever used: before that, only the way in that a start prints leads in. */
export async function hasAnybodySignedIn(db: Kysely<Database>): Promise<boolean> {
  const used = await db
    .selectFrom('sign_in_links')
    .select('hash')
    .where('used_at', 'is not', null)
    .limit(1)
    .execute();
  return used.length > 0;
}
