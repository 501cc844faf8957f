import { sql, type ExpressionBuilder, type Transaction } from 'kysely';
import type { Assurance, Meaning } from '../../domain/gates/approvals/assurance.ts';
import type { Actor, Condition, VoteChoice } from '../../domain/release/release.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { GantryError } from '../errors.ts';
import { newId } from '../ids.ts';
import { personNames } from './person-names.ts';
import { appendEvents } from './append.ts';
import { settleDelivery } from './deliveries.ts';
import { decisionOf, received, type ReceivedDecision } from './received-decisions.ts';
import { instantText } from '../../domain/instant-text.ts';

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
    const { last, waiting } = await decidedBefore(trx, d);
    if (last && (last.state !== 'refused' || (d.attempt !== undefined && d.attempt <= last.attempt))) {
      if (last.choice !== d.choice)
        throw new GantryError('APPROVAL_ALREADY_ANSWERED', {
          choice: last.choice,
          person: last.person,
          at: last.received_at.toISOString(),
        });
      return { decision: decisionOf(last), repeated: true };
    }
    for (const id of waiting) await settleDelivery(trx, id, { state: 'refused', refusal: decidedAgain });
    return { decision: await writeDecision(trx, d, (last?.attempt ?? 0) + 1), repeated: false };
  });
}

const decidedAgain = 'The same person decided again before it was counted; the later decision counts.';

/** The last attempt of the same source, and what waits of the same person on the same request: see {@link refuseWaiting}. */
async function decidedBefore(trx: Transaction<Database>, d: DecisionReceipt) {
  const rows = await received(trx)
    .select((row) => isWaitingOf(row, d).as('isWaiting'))
    .where((row) => row.or([row('source', '=', d.source), isWaitingOf(row, d)]))
    .orderBy('attempt', 'desc')
    .execute();
  return {
    last: rows.find(({ source }) => source === d.source),
    waiting: rows.flatMap(({ id, isWaiting }) => (isWaiting ? [id] : [])),
  };
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
    .where((row) => isWaitingOf(row, { requestId, person }))
    .execute();
  for (const { id } of waiting) await settleDelivery(trx, id, { state: 'refused', refusal });
}

const isWaitingOf = (
  row: ExpressionBuilder<Database, 'received_decisions' | 'decision_deliveries'>,
  { requestId, person }: { requestId: string; person: string },
) =>
  row.and([
    row('request_id', '=', requestId),
    row('person', '=', person),
    row('state', '=', 'pending'),
    row.or([row('tries', '>', 0), row('next_at', '<=', sql<Date>`now()`)]),
  ]);

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
  const row = await insertDecision(trx, d, { id, attempt });
  // One clock judges, once, and here: whatever is received counts, however late it is delivered (trust §1.5, A17).
  if (row.deadline !== null && row.received_at >= row.deadline)
    throw new GantryError('APPROVAL_EXPIRED', { deadline: instantText(row.deadline.toISOString()) });
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
    .innerJoin('releases', 'releases.id', 'decision.release_id')
    .leftJoin('approval_requests', 'approval_requests.id', 'decision.request_id')
    .selectAll('decision')
    .select(['delivery.state', 'delivery.refusal', 'releases.workflow_id', 'approval_requests.deadline'])
    .executeTakeFirstOrThrow();
}
