import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { inTransaction, type Db } from '../database/open.ts';
import { sha256 } from '../ids.ts';
import type { Secrets } from '../secrets.ts';
import { appendEvents } from './append.ts';
import { personNames } from './person-names.ts';

/** How long a code is good, how often it may be mistyped, and how many may be sent for one link: fifty guesses in a million. */
export const codeMs = 10 * 60_000;
const triesOfOne = 5;
const codesOfLink = 10;

interface ForLink {
  jti: string;
  releaseId: string;
  requestId: string;
  person: string;
  now: Date;
}

/** Makes the code of a link; one from before is worth nothing from then on. Undefined once too many were made. Kept hashed only. */
export async function makeCode(
  db: Db,
  secrets: Secrets,
  o: ForLink,
): Promise<{ code: string; number: number; expiresAt: string } | undefined> {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const kid = secrets.currentKid;
  const expiresAt = new Date(o.now.getTime() + codeMs);
  const fresh = { kid, hash: hashOf(secrets, kid, o.jti, code), expires_at: expiresAt };
  return inTransaction(db, async (trx) => {
    const row = await trx
      .insertInto('approval_codes')
      .values({ jti: o.jti, ...fresh })
      .onConflict((conflict) =>
        conflict
          .column('jti')
          .doUpdateSet({ ...fresh, tries: 0, used_at: null, sent: sql`approval_codes.sent + 1` })
          .where('approval_codes.sent', '<', codesOfLink),
      )
      .returning('sent')
      .executeTakeFirst();
    if (!row) return undefined;
    await appendEvents(trx, o.releaseId, [
      {
        key: `code/${sha256(o.jti).slice(0, 32)}/${row.sent}`,
        at: o.now.toISOString(),
        actor: { id: o.person, kind: 'person', person: o.person, assurance: 'link' },
        action: 'code.sent',
        object: `approval request ${o.requestId}`,
        sentence: `A code was asked for through the link of ${(await personNames(trx))(o.person)}, and sent to the address in gantry.yaml.`,
        facts: { request: o.requestId, person: o.person, number: row.sent },
      },
    ]);
    return { code, number: row.sent, expiresAt: expiresAt.toISOString() };
  });
}

/** When the code that was sent last is no longer good; undefined where none is. */
export async function liveCode(db: Db, jti: string, now: Date): Promise<string | undefined> {
  const row = await db
    .selectFrom('approval_codes')
    .select('expires_at')
    .where('jti', '=', jti)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .where('tries', '<', triesOfOne)
    .executeTakeFirst();
  return row?.expires_at.toISOString();
}

/**
 * Tries a code. Each try counts before it is compared, so that many at once are no more than five; the right one is used up.
 * `gone`: there is none any more, so another must be asked for.
 */
export async function tryCode(
  db: Db,
  secrets: Secrets,
  o: ForLink & { code: string },
): Promise<'right' | 'wrong' | 'gone'> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('approval_codes')
      .set({ tries: sql`tries + 1` })
      .where('jti', '=', o.jti)
      .where('used_at', 'is', null)
      .where('expires_at', '>', o.now)
      .where('tries', '<', triesOfOne)
      .returning(['kid', 'hash', 'tries', 'sent'])
      .executeTakeFirst();
    if (!row || !secrets.kids.includes(row.kid)) return 'gone';
    const [given, right] = [hashOf(secrets, row.kid, o.jti, o.code), row.hash].map((one) => Buffer.from(one));
    if (given && right && given.length === right.length && timingSafeEqual(given, right)) {
      await trx.updateTable('approval_codes').set({ used_at: o.now }).where('jti', '=', o.jti).execute();
      return 'right';
    }
    if (row.tries < triesOfOne) return 'wrong';
    await appendEvents(trx, o.releaseId, [
      {
        key: `code/${sha256(o.jti).slice(0, 32)}/${row.sent}/spent`,
        at: o.now.toISOString(),
        actor: { id: 'gantry', kind: 'system' },
        action: 'code.spent',
        object: `approval request ${o.requestId}`,
        sentence: `A code of ${(await personNames(trx))(o.person)} was mistyped ${triesOfOne} times and is worth nothing any more.`,
        facts: { request: o.requestId, person: o.person, number: row.sent },
      },
    ]);
    return 'gone';
  });
}

const hashOf = (secrets: Secrets, kid: string, jti: string, code: string): string =>
  createHmac('sha256', secrets.key('approval-code', kid)).update(`${jti}\n${code}`).digest('hex');
