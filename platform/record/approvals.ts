import { randomBytes } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { ClosedApproval, OpenApprovalInput, RenewedApproval } from '../../activities/contract.ts';
import type { AskedChanges } from '../../domain/release/changes-difference.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import type { Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';

import { changesOf } from './results.ts';
import { burstMs } from './scanned-links.ts';

export { receiveDecision, receiveGlassBreak, receiveWithdrawal, type DecisionReceipt } from './decisions.ts';
export { claimPending, settleDelivery, type DeliveryOutcome } from './deliveries.ts';
export { decisionsOf, type ReceivedDecision } from './received-decisions.ts';

/** What people are asked, with the plan of the stage as it was when they were asked. */
export interface ApprovalRequestRow {
  id: string;
  releaseId: string;
  stage: string;
  subjectDigest: string;
  plan: StagePlan;
  title: string;
  intent: string;
  openedAt: string;
  deadline: string;
  /** `open`, or how it was closed. */
  state: string;
  closedAt?: string;
  closedBecause?: string;
  /** The request in whose place it came. */
  previous?: string;
  /** Changes as they were when people were asked; absent: it was opened before they were kept. */
  changes?: AskedChanges;
}

/** More than anybody compares by eye; what is beyond is counted. */
const changesKept = 300;

/** The list that people are shown: that of the release, which is another one once it is planned anew. */
async function askedChanges(db: Db, releaseId: string): Promise<AskedChanges> {
  const all = (await changesOf(db, releaseId)).flatMap(({ changes }) => changes);
  return { count: all.length, list: all.slice(0, changesKept) };
}

/** Writes a request down; the second time changes nothing. */
export async function openRequest(db: Db, input: OpenApprovalInput): Promise<void> {
  await db
    .insertInto('approval_requests')
    .values({
      id: input.requestId,
      release_id: input.releaseId,
      stage: input.stage.environment,
      subject_digest: input.stage.subjectDigest,
      plan: JSON.stringify(input.stage),
      title: input.title,
      intent: input.intent,
      opened_at: input.openedAt,
      deadline: input.deadline,
      state: 'open',
      previous: input.previous ?? null,
      changes: JSON.stringify(await askedChanges(db, input.releaseId)),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Lets another deadline and other people hold for an open request. */
export async function renewRequest(db: Db, { requestId, deadline, stage }: RenewedApproval): Promise<void> {
  await db
    .updateTable('approval_requests')
    .set({ deadline, plan: JSON.stringify(stage) })
    .where('id', '=', requestId)
    .where('state', '=', 'open')
    .execute();
}

/** Closes an open request, or ends an approval that holds no more; one that is closed keeps how it was closed first. */
export async function closeRequest(db: Db, o: ClosedApproval): Promise<void> {
  await db
    .updateTable('approval_requests')
    .set({ state: o.state, closed_at: o.at, closed_because: o.because })
    .where('id', '=', o.requestId)
    .where('state', '=', o.from ?? 'open')
    .execute();
}

export async function requestById(db: Db, id: string): Promise<ApprovalRequestRow | undefined> {
  const row = await db.selectFrom('approval_requests').selectAll().where('id', '=', id).executeTakeFirst();
  return row && requestOf(row);
}

/** The requests of a release that people can answer now. */
export async function openRequestsOf(db: Db, releaseId: string): Promise<ApprovalRequestRow[]> {
  const rows = await db
    .selectFrom('approval_requests')
    .selectAll()
    .where('release_id', '=', releaseId)
    .where('state', '=', 'open')
    .orderBy('opened_at')
    .execute();
  return rows.map(requestOf);
}

const requestOf = (row: Selectable<Database['approval_requests']>): ApprovalRequestRow => ({
  id: row.id,
  releaseId: row.release_id,
  stage: row.stage,
  subjectDigest: row.subject_digest,
  plan: row.plan,
  title: row.title,
  intent: row.intent,
  openedAt: row.opened_at.toISOString(),
  deadline: row.deadline.toISOString(),
  state: row.state,
  ...(row.closed_at === null ? {} : { closedAt: row.closed_at.toISOString() }),
  ...(row.closed_because === null ? {} : { closedBecause: row.closed_because }),
  ...(row.previous === null ? {} : { previous: row.previous }),
  ...(row.changes === null ? {} : { changes: row.changes }),
});

/** The random part of one person's link (trust §1.1). `reads` counts GETs; it decides nothing. */
export interface LinkRow {
  jti: string;
  requestId: string;
  person: string;
  occasion: string;
  purpose: 'approval' | 'withdraw';
  createdAt: string;
  reads: number;
  firstReadAt?: string;
}

/**
 * One link for each person, occasion and purpose: asked again, the same ones. `jti` is 16 random bytes in hexadecimal.
 * A reminder is an occasion of its own and so brings fresh links.
 */
export async function ensureLinks(
  db: Db,
  o: { requestId: string; people: string[]; occasion: string; purpose: 'approval' | 'withdraw' },
): Promise<{ person: string; jti: string }[]> {
  if (o.people.length === 0) return [];
  const shared = { request_id: o.requestId, occasion: o.occasion, purpose: o.purpose };
  const links = await db
    .insertInto('approval_links')
    .values(o.people.map((person) => ({ ...shared, person, jti: randomBytes(16).toString('hex') })))
    .onConflict(
      (conflict) =>
        conflict
          .columns(['request_id', 'person', 'occasion', 'purpose'])
          .doUpdateSet((row) => ({ purpose: row.ref('excluded.purpose') })), // as it was, so that it is returned
    )
    .returning(['person', 'jti'])
    .execute();
  return links.sort((a, b) => (a.person < b.person ? -1 : Number(a.person > b.person)));
}

export async function linkByJti(db: Db, jti: string): Promise<LinkRow | undefined> {
  const row = await db.selectFrom('approval_links').selectAll().where('jti', '=', jti).executeTakeFirst();
  return (
    row && {
      jti: row.jti,
      requestId: row.request_id,
      person: row.person,
      occasion: row.occasion,
      purpose: row.purpose as LinkRow['purpose'],
      createdAt: row.created_at.toISOString(),
      reads: row.reads,
      ...(row.first_read_at === null ? {} : { firstReadAt: row.first_read_at.toISOString() }),
    }
  );
}

/** The only thing that a GET of the link changes. */
export async function countRead(db: Db, jti: string): Promise<void> {
  await db
    .updateTable('approval_links')
    .set({
      reads: sql`reads + 1`,
      first_read_at: sql`coalesce(first_read_at, now())`,
      burst_reads: sql`case when first_read_at is null or now() < first_read_at + ${`${burstMs} milliseconds`}::interval
        then coalesce(burst_reads, 0) + 1 else burst_reads end`,
    })
    .where('jti', '=', jti)
    .execute();
}
