import type { NoticeInput } from '../../activities/contract.ts';
import { instantText } from '../../domain/instant-text.ts';
import type { Actor } from '../../domain/release/release.ts';
import { sql } from 'kysely';
import { actorName, personNames } from './person-names.ts';
import { inTransaction, type Db } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { appendEvents } from './append.ts';
import { orderNotices } from './notices.ts';

/** A person reminds people once in this time at most. */
const pauseMs = 3_600_000;

interface Reminding {
  requestId: string;
  releaseId: string;
  environment: string;
  title: string;
  people: string[];
  by: Actor;
  at: string;
  httpRequestId: string;
  /** Domain of our message ids. */
  domain: string;
}

/**
 * Orders a mail with a fresh link to people whom a request waits for, and writes down who wanted it. Once in an hour for each
 * request. Throws APPROVAL_REMINDED_LATELY.
 */
export async function remindByHand(db: Db, o: Reminding): Promise<void> {
  const nameOf = await personNames(db);
  const by = actorName(nameOf, o.by);
  await inTransaction(db, async (trx) => {
    // Two at once would each find that nobody has been reminded.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`remind/${o.requestId}`}, 0))`.execute(trx);
    const last = await trx
      .selectFrom('audit_entries')
      .select('at')
      .where('release_id', '=', o.releaseId)
      .where('action', '=', 'approval.reminded')
      .where('key', 'like', `remind/${o.requestId}/%`)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst();
    const free = last && last.at.getTime() + pauseMs;
    if (free !== undefined && free > Date.parse(o.at))
      throw new GantryError('APPROVAL_REMINDED_LATELY', {
        detail: `the last time was ${instantText(last?.at.toISOString() ?? '')}, the next may be from ${instantText(new Date(free).toISOString())} on`,
      });
    const notice: NoticeInput = {
      occasion: `approval/${o.requestId}/byHand/${o.at}`,
      kind: 'reminder',
      releaseId: o.releaseId,
      to: o.people,
      requestId: o.requestId,
      environment: o.environment,
      sentence: `${by} reminds you: ${o.title} waits for your decision on ${o.environment}.`,
    };
    await orderNotices(trx, [notice], o.domain);
    await appendEvents(trx, o.releaseId, [
      {
        key: `remind/${o.requestId}/${o.at}`,
        at: o.at,
        actor: o.by,
        action: 'approval.reminded',
        object: `${o.title} → ${o.environment}`,
        sentence: `${by} reminded ${o.people.map(nameOf).join(', ')} of ${o.title} for ${o.environment}.`,
        requestId: o.httpRequestId,
        facts: { request: o.requestId, people: o.people },
      },
    ]);
  });
}
