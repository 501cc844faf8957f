import { createHash } from 'node:crypto';
import { matchPerson } from '../../domain/identity/match-person.ts';
import type { Person } from '../../domain/policy/policy.schema.ts';
import type { Actor } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import type { SignedIn } from '../oidc.ts';
import { appendEvents } from './append.ts';
import { personNames } from './person-names.ts';
import { endSession, endSessionsOf, startSession } from './sessions.ts';

interface OidcSignIn {
  people: readonly Person[];
  identity: SignedIn;
  /** Names this one sign-in. */
  state: string;
  /** The session that the browser had before: it ends, so that an id known to somebody before is worth nothing after. */
  before?: string;
  now: Date;
}

/**
 * Of two requests that bring the same sign-in back, one is let through. Committed before anything is asked of the provider.
 * @throws SIGN_IN_FAILED on the second
 */
export async function useSignInOnce(db: Db, o: { state: string; expiresAt: Date; now: Date }): Promise<void> {
  await db.deleteFrom('used_sign_ins').where('expires_at', '<', o.now).execute();
  const used = await db
    .insertInto('used_sign_ins')
    .values({ hash: hashOf(o.state), expires_at: o.expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (used.numInsertedOrUpdatedRows !== 1n)
    throw new GantryError('SIGN_IN_FAILED', { detail: 'this sign-in has come back before' });
}

/**
 * Signs in whoever the provider has vouched for: finds or binds the person, ends the browser's session before, opens a new one,
 * all at once. @returns the session id for the cookie, and the person. @throws SIGN_IN_FAILED, SIGN_IN_REFUSED
 */
export async function signInWithIdentity(db: Db, o: OidcSignIn): Promise<{ id: string; person: string }> {
  return inTransaction(db, async (trx) => {
    const { person, isNew } = await bind(trx, o);
    if (o.before !== undefined) await endSession(trx, o.before);
    const { issuer, authenticatedAt } = o.identity;
    const name = (await personNames(trx))(person);
    const id = await startSession(trx, person, o.now, {
      method: 'oidc',
      ...(authenticatedAt === undefined ? {} : { authenticatedAt }),
    });
    await appendEvents(trx, null, [
      {
        key: `signin/${hashOf(o.state)}/oidc`,
        at: o.now.toISOString(),
        actor: { id: person, kind: 'person', person, assurance: 'session' },
        action: 'signin.oidc',
        object: person,
        sentence: isNew
          ? `${name} signed in at ${issuer} for the first time: that account is ${name} from now on.`
          : `${name} signed in at ${issuer}.`,
        facts: { issuer, isNew, ...(authenticatedAt === undefined ? {} : { authenticatedAt }) },
      },
    ]);
    return { id, person };
  });
}

/** Forgets which accounts are this person, and ends their sessions; the next verified sign-in binds anew. @returns how many there were. */
export async function forgetIdentities(
  db: Db,
  o: { person: string; by: Actor; requestId: string; now: Date },
): Promise<{ forgotten: number; ended: number }> {
  return inTransaction(db, async (trx) => {
    const gone = await trx.deleteFrom('identities').where('person', '=', o.person).executeTakeFirst();
    const ended = await endSessionsOf(trx, o.person);
    const forgotten = Number(gone.numDeletedRows);
    const name = (await personNames(trx))(o.person);
    await appendEvents(trx, null, [
      {
        key: `identity/${o.person}/forgotten/${o.requestId}`,
        at: o.now.toISOString(),
        actor: o.by,
        action: 'identity.forgotten',
        object: o.person,
        sentence: `The accounts of ${name} at OpenID providers were forgotten, and all sessions of ${name} ended.`,
        requestId: o.requestId,
        facts: { forgotten, ended },
      },
    ]);
    return { forgotten, ended };
  });
}

async function bind(
  db: Db,
  { people, identity, now }: OidcSignIn,
): Promise<{ person: string; isNew: boolean }> {
  const { issuer, subject } = identity;
  const rows = await db.selectFrom('identities').selectAll().where('issuer', '=', issuer).execute();
  const match = matchPerson(people, identity, rows);
  if (!match.ok) throw new GantryError('SIGN_IN_REFUSED', { detail: match.because });
  if (!match.isNew) return match;
  const { numInsertedOrUpdatedRows: added } = await db
    .insertInto('identities')
    .values({ issuer, subject, person: match.person, bound_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added === 1n) return match;
  throw new GantryError('SIGN_IN_FAILED', { detail: 'this account was signed in twice at the same time' });
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
