import { sql, type Transaction } from 'kysely';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { appendEvents } from './append.ts';
import { personNames } from './person-names.ts';
import { decisionOf, received, type ReceivedDecision } from './received-decisions.ts';

/** How an attempt to deliver ended. `pending`: nobody answered; try again after that many milliseconds. */
export type DeliveryOutcome =
  | { state: 'counted'; answer: unknown }
  | { state: 'refused'; refusal: string }
  | { state: 'pending'; retryInMs: number };

/**
 * Hands up to `limit` due decisions to `work`, one after the other, and settles each by its outcome. The row stays locked
 * meanwhile, so that no two relays deliver one decision at the same time; a relay that dies frees it at once. Where `work`
 * throws, the decision stays pending and the error goes on. Answers how many were handed out.
 */
export async function claimPending(
  db: Db,
  limit: number,
  work: (d: ReceivedDecision) => Promise<DeliveryOutcome>,
): Promise<number> {
  for (let handed = 0; handed < limit; handed += 1) if (!(await claimOne(db, work))) return handed;
  return limit;
}

const due = (db: Db) =>
  received(db)
    .where('state', '=', 'pending')
    .where('next_at', '<=', sql<Date>`now()`)
    .orderBy('next_at')
    .limit(1);

async function claimOne(db: Db, work: (d: ReceivedDecision) => Promise<DeliveryOutcome>): Promise<boolean> {
  // looked for each second, and hardly ever found: no transaction for that
  if ((await due(db).executeTakeFirst()) === undefined) return false;
  return inTransaction(db, async (trx) => {
    const row = await due(trx).forUpdate('decision_deliveries').skipLocked().executeTakeFirst();
    if (!row) return false;
    await settleDelivery(trx, row.id, await work(decisionOf(row)));
    return true;
  });
}

/**
 * Writes the outcome of a delivery; what is counted or refused stays so. A refusal appends `decision.refused`. Where somebody
 * else is at the same delivery this moment it is left to them: they get the same answer, and whoever waits for ours need not
 * wait for theirs.
 */
export async function settleDelivery(db: Db, decisionId: string, outcome: DeliveryOutcome): Promise<void> {
  if (outcome.state !== 'refused') {
    await writeOutcome(db, decisionId, outcome);
    return;
  }
  await inTransaction(db, async (trx) => {
    if (await writeOutcome(trx, decisionId, outcome)) await recordRefusal(trx, decisionId, outcome.refusal);
  });
}

/** Answers whether it was ours to write. */
async function writeOutcome(db: Db, decisionId: string, outcome: DeliveryOutcome): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('decision_deliveries')
    .set({ ...outcomeColumns(outcome), tries: sql`tries + 1`, updated_at: sql`now()` })
    .where('decision_id', 'in', (row) =>
      row
        .selectFrom('decision_deliveries')
        .select('decision_id')
        .where('decision_id', '=', decisionId)
        .where('state', '=', 'pending')
        .forUpdate()
        .skipLocked(),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function outcomeColumns(outcome: DeliveryOutcome) {
  switch (outcome.state) {
    case 'counted':
      return { state: outcome.state, answer: JSON.stringify(outcome.answer) };
    case 'refused':
      return { state: outcome.state, refusal: outcome.refusal };
    case 'pending':
      return { next_at: sql<Date>`clock_timestamp() + ${outcome.retryInMs} * interval '1 millisecond'` };
  }
}

async function recordRefusal(trx: Transaction<Database>, decisionId: string, refusal: string): Promise<void> {
  const decision = await received(trx)
    .where('received_decisions.id', '=', decisionId)
    .executeTakeFirstOrThrow();
  const { at } = await sql<{ at: Date }>`select clock_timestamp() as at`
    .execute(trx)
    .then(({ rows }) => rows[0] ?? { at: new Date() });
  const nameOf = await personNames(trx);
  await appendEvents(trx, decision.release_id, [
    {
      key: `decision/${decisionId}/refused`,
      at: at.toISOString(),
      actor: { id: 'gantry', kind: 'system' },
      action: 'decision.refused',
      object: `approval request ${decision.request_id}`,
      sentence: `The decision of ${nameOf(decision.person)} was not counted: ${refusal}`,
      facts: { decisionId, choice: decision.choice, person: decision.person },
    },
  ]);
}
