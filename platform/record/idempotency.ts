import { sql, type Kysely, type Transaction } from 'kysely';
import type { Database } from '../database/schema.ts';
import { GantryError } from '../errors.ts';
import { inTransaction } from '../database/open.ts';

/** How long an answer is kept for repetition (ux §2.3). */
export const idempotencyKeptMs = 24 * 3_600_000;

/** The answer to a request that creates something, as it can be given again. */
export interface KeptAnswer {
  status: number;
  location?: string;
  body: unknown;
}

/** Whose request, under which key; `fingerprint` is a digest of what was asked. */
export interface KeyedRequest {
  actor: string;
  key: string;
  fingerprint: string;
}

/**
 * Does `work` once for a key, and answers later requests with the first answer. Key and work are one transaction, so no crash
 * leaves a key that is "in progress" for ever, nor work that its key does not know.
 * @throws IDEMPOTENCY_IN_PROGRESS while the first request runs, IDEMPOTENCY_KEY_REUSED for another body under the same key.
 */
export async function once(
  db: Kysely<Database>,
  request: KeyedRequest,
  now: Date,
  work: (trx: Transaction<Database>) => Promise<KeptAnswer>,
): Promise<{ answer: KeptAnswer; replayed: boolean }> {
  return inTransaction(db, async (trx) => {
    await takeKey(trx, request);
    const kept = await trx
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('actor', '=', request.actor)
      .where('key', '=', request.key)
      .executeTakeFirst();
    if (kept && now.getTime() - kept.created_at.getTime() < idempotencyKeptMs) {
      if (kept.fingerprint !== request.fingerprint)
        throw new GantryError('IDEMPOTENCY_KEY_REUSED', { key: request.key });
      const location = kept.location === null ? {} : { location: kept.location };
      return { answer: { status: kept.status ?? 200, body: kept.body, ...location }, replayed: true };
    }
    const answer = await work(trx);
    const row = {
      ...request,
      status: answer.status,
      location: answer.location ?? null,
      body: JSON.stringify(answer.body),
      created_at: now,
    };
    await trx
      .insertInto('idempotency_keys')
      .values(row)
      .onConflict((conflict) => conflict.columns(['actor', 'key']).doUpdateSet(row))
      .execute();
    return { answer, replayed: false };
  });
}

/** Forgets keys that are too old to be answered from. */
export async function sweepIdempotencyKeys(db: Kysely<Database>, now: Date): Promise<void> {
  const before = new Date(now.getTime() - idempotencyKeptMs);
  await db.deleteFrom('idempotency_keys').where('created_at', '<', before).execute();
}

async function takeKey(trx: Transaction<Database>, request: KeyedRequest): Promise<void> {
  const lock = `${request.actor}\n${request.key}`;
  const { rows } = await sql<{
    taken: boolean;
  }>`select pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) as taken`.execute(trx);
  if (rows[0]?.taken !== true) throw new GantryError('IDEMPOTENCY_IN_PROGRESS', { key: request.key });
}
