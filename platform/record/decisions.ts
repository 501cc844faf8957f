import { sql, type Selectable, type Transaction } from 'kysely';
import type { Assurance, Meaning } from '../../domain/gates/approvals/assurance.ts';
import type { Actor, Condition, VoteChoice } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { GantryError } from '../errors.ts';
import { newId } from '../ids.ts';
import { personNames } from './person-names.ts';
import { appendEvents } from './append.ts';

/** A person's decision as it came in. `delivery` says how far it has got on its way to the workflow (trust §1.5). */
export interface ReceivedDecision {
  id: string;
  /** `link:<jti>`, `api:<command id>`, `signal:<release>:<number>`. */
  source: string;
  attempt: number;
  requestId: string;
  releaseId: string;
  person: string;
  choice: VoteChoice;
  comment?: string;
  conditions?: Condition[];
  subjectDigest: string;
  via: 'link' | 'api' | 'signal';
  /** How sure one was of the person; absent: by the link in the mail at most. */
  assurance?: Assurance;
  /** What was signed with it, at level `reauth`. */
  meaning?: Meaning;
  /** The database's clock when it was received: this counts against the deadline. */
  receivedAt: string;
  delivery: 'pending' | 'counted' | 'refused';
  refusal?: string;
}

/** How an attempt to deliver ended. `pending`: nobody answered; try again after that many milliseconds. */
export type DeliveryOutcome =
  | { state: 'counted'; answer: unknown }
  | { state: 'refused'; refusal: string }
  | { state: 'pending'; retryInMs: number };

/** A decision as it comes in from a link, the API, a page or a signal. */
export interface DecisionReceipt {
  /** `link:<jti>`, `api:<command id>`, `signal:<release>:<number>`: the same source decides once. */
  source: string;
  /** For callers that repeat themselves: the attempt they mean, so that a repeat after a refusal finds the refused row. */
  attempt?: number;
  requestId: string;
  releaseId: string;
  person: string;
  choice: VoteChoice;
  comment?: string;
  /** What an approval is given under. */
  conditions?: Condition[];
  /** Digest of what the person saw. */
  subjectDigest: string;
  via: ReceivedDecision['via'];
  /** How sure one is of the person; left out: by the link in the mail. */
  assurance?: Assurance;
  /** What the person signed with it, at level `reauth`. */
  meaning?: Meaning;
  actor: Actor;
  httpRequestId?: string;
}

/** Who receives a decision delivers it first; only after this does a relay look at it. */
const firstDeliveryMs = 6_000;

/**
 * Receives a decision: after this commit, and never before, people may be told "received". The same source with the same
 * choice answers with the first row; with another choice it throws APPROVAL_ALREADY_ANSWERED. Only a recorded refusal
 * lets the same source try again. From the deadline of the request on it throws APPROVAL_EXPIRED, and nothing is received.
 */
export async function receiveDecision(
  db: Db,
  d: DecisionReceipt,
): Promise<{ decision: ReceivedDecision; repeated: boolean }> {
  return inTransaction(db, async (trx) => {
    // A double click is two requests at once: the second waits here and then finds the first.
    await sql`select pg_advisory_xact_lock(hashtextextended(${d.source}, 0))`.execute(trx);
    const last = await received(trx)
      .where('source', '=', d.source)
      .orderBy('attempt', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last && (last.state !== 'refused' || (d.attempt !== undefined && d.attempt <= last.attempt))) {
      if (last.choice !== d.choice)
        throw new GantryError('APPROVAL_ALREADY_ANSWERED', {
          choice: last.choice,
          person: last.person,
          at: last.received_at.toISOString(),
        });
      return { decision: decisionOf(last), repeated: true };
    }
    return { decision: await writeDecision(trx, d, (last?.attempt ?? 0) + 1), repeated: false };
  });
}

/** Writes down that a person asked to take a vote back, before the workflow is told: the deploy door honours no other. What is still on its way is taken back with it. */
export async function receiveWithdrawal(
  db: Db,
  releaseId: string,
  command: { by: Actor; commandId: string; requestId?: string },
  withdrawal: { requestId: string; person: string },
): Promise<void> {
  const nameOf = await personNames(db);
  await inTransaction(db, async (trx) => {
    await refuseWaiting(trx, withdrawal, 'It was taken back before it was counted.');
    await appendEvents(trx, releaseId, [
      {
        key: `withdrawal/${command.commandId}/received`,
        at: new Date().toISOString(),
        actor: command.by,
        action: 'withdrawal.received',
        object: `approval request ${withdrawal.requestId}`,
        sentence: `${nameOf(withdrawal.person)} asked to take the vote back.`,
        facts: { request: withdrawal.requestId, person: withdrawal.person },
      },
    ]);
  });
}

/**
 * Settles what this person has decided on the request before and nobody is delivering this moment: delivered after what they say
 * now, it would undo that. A decision whose first delivery is under way is left to it: it reaches the workflow before this.
 */
async function refuseWaiting(
  trx: Transaction<Database>,
  { requestId, person }: { requestId: string; person: string },
  refusal: string,
): Promise<void> {
  const waiting = await received(trx)
    .where('request_id', '=', requestId)
    .where('person', '=', person)
    .where('state', '=', 'pending')
    .where((row) => row.or([row('tries', '>', 0), row('next_at', '<=', sql<Date>`now()`)]))
    .execute();
  for (const { id } of waiting) await settleDelivery(trx, id, { state: 'refused', refusal });
}

/** Writes down that a person breaks the glass, before the workflow is told: the deploy door believes no other. */
export async function receiveGlassBreak(
  db: Db,
  o: {
    releaseId: string;
    environment: string;
    by: Actor;
    commandId: string;
    reason: string;
    incident: string;
  },
): Promise<void> {
  const person = o.by.person ?? o.by.id;
  const nameOf = await personNames(db);
  await inTransaction(db, async (trx) =>
    appendEvents(trx, o.releaseId, [
      {
        key: `glass/${o.commandId}/received`,
        at: new Date().toISOString(),
        actor: o.by,
        action: 'glass.received',
        object: o.environment,
        sentence: `${nameOf(person)} wants to break the glass in ${o.environment} (${o.incident}).`,
        reason: o.reason,
        facts: { person, incident: o.incident },
      },
    ]),
  );
}

async function writeDecision(
  trx: Transaction<Database>,
  d: DecisionReceipt,
  attempt: number,
): Promise<ReceivedDecision> {
  const id = newId('dec');
  await refuseWaiting(
    trx,
    d,
    'The same person decided again before it was counted; the later decision counts.',
  );
  const row = await insertDecision(trx, d, { id, attempt });
  // One clock judges, once, and here: whatever is received counts, however late it is delivered (trust §1.5, A17).
  if (row.deadline !== null && row.received_at >= row.deadline)
    throw new GantryError('APPROVAL_EXPIRED', { deadline: row.deadline.toISOString() });
  const nameOf = await personNames(trx);
  await appendEvents(trx, d.releaseId, [
    {
      key: `decision/${id}/received`,
      at: row.received_at.toISOString(),
      actor: d.actor,
      action: 'decision.received',
      object: `approval request ${d.requestId}`,
      sentence: `${nameOf(d.person)} ${d.choice === 'approve' ? 'approved' : 'rejected'}; the decision was received and is not counted yet.`,
      ...(d.comment === undefined ? {} : { reason: d.comment }),
      ...(d.httpRequestId === undefined ? {} : { requestId: d.httpRequestId }),
      facts: {
        decisionId: id,
        choice: d.choice,
        person: d.person,
        subjectDigest: d.subjectDigest,
        via: d.via,
        ...(d.assurance ? { assurance: d.assurance } : {}),
        ...(d.meaning ? { meaning: d.meaning } : {}),
        attempt,
        ...(d.conditions ? { conditions: d.conditions } : {}),
      },
    },
  ]);
  return decisionOf(row);
}

/** The row, its delivery and the deadline that it is judged by, in one statement. */
async function insertDecision(
  trx: Transaction<Database>,
  d: DecisionReceipt,
  { id, attempt }: { id: string; attempt: number },
) {
  return trx
    .with('decision', (cte) =>
      cte
        .insertInto('received_decisions')
        .values({
          id,
          source: d.source,
          attempt,
          request_id: d.requestId,
          release_id: d.releaseId,
          person: d.person,
          choice: d.choice,
          comment: d.comment ?? null,
          conditions: d.conditions ? JSON.stringify(d.conditions) : null,
          subject_digest: d.subjectDigest,
          via: d.via,
          assurance: d.assurance ?? null,
          meaning: d.meaning ?? null,
          request_http_id: d.httpRequestId ?? null,
        })
        .returningAll(),
    )
    .with('delivery', (cte) =>
      cte
        .insertInto('decision_deliveries')
        .values({
          decision_id: id,
          state: 'pending',
          next_at: sql<Date>`now() + ${firstDeliveryMs} * interval '1 millisecond'`,
        })
        .returning(['decision_id', 'state', 'refusal']),
    )
    .selectFrom('decision')
    .innerJoin('delivery', 'delivery.decision_id', 'decision.id')
    .leftJoin('approval_requests', 'approval_requests.id', 'decision.request_id')
    .selectAll('decision')
    .select(['delivery.state', 'delivery.refusal', 'approval_requests.deadline'])
    .executeTakeFirstOrThrow();
}

const received = (db: Db) =>
  db
    .selectFrom('received_decisions')
    .innerJoin('decision_deliveries', 'decision_deliveries.decision_id', 'received_decisions.id')
    .selectAll('received_decisions')
    .select(['decision_deliveries.state', 'decision_deliveries.refusal']);

type DecisionRow = Selectable<Database['received_decisions']> &
  Pick<Selectable<Database['decision_deliveries']>, 'state' | 'refusal'>;

const decisionOf = (row: DecisionRow): ReceivedDecision => ({
  id: row.id,
  source: row.source,
  attempt: row.attempt,
  requestId: row.request_id,
  releaseId: row.release_id,
  person: row.person,
  choice: row.choice,
  ...(row.comment === null ? {} : { comment: row.comment }),
  ...(row.conditions === null ? {} : { conditions: row.conditions }),
  subjectDigest: row.subject_digest,
  via: row.via,
  ...(row.assurance === null ? {} : { assurance: row.assurance }),
  ...(row.meaning === null ? {} : { meaning: row.meaning }),
  receivedAt: row.received_at.toISOString(),
  delivery: row.state,
  ...(row.refusal === null ? {} : { refusal: row.refusal }),
});

/** All decisions on a request, in the order in which they were received. */
export async function decisionsOf(db: Db, requestId: string): Promise<ReceivedDecision[]> {
  const rows = await received(db)
    .where('request_id', '=', requestId)
    .orderBy('received_at')
    .orderBy('received_decisions.id')
    .execute();
  return rows.map(decisionOf);
}

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
