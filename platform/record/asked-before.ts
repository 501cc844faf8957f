import { sql } from 'kysely';
import { askedBefore, type AskedBefore, type VotedBefore } from '../../domain/release/asked-before.ts';
import type { AskedChanges } from '../../domain/release/changes-difference.ts';
import type { Db } from '../database/open.ts';
import { decisionsOf, requestById, type ApprovalRequestRow } from './approvals.ts';
import { readRelease } from './releases.ts';

/**
 * What has changed since people were asked before: since the request in whose place this one came, and why that is; else since the
 * last one about another version for the same place, as long as nothing was deployed there since. Undefined where there is none.
 */
export async function askedBeforeOf(db: Db, request: ApprovalRequestRow): Promise<AskedBefore | undefined> {
  const earlier = await earlierRequest(db, request);
  if (!earlier) return undefined;
  const { before, inItsPlace } = earlier;
  // A request from before lists were kept: its release keeps one list, that of now.
  const isOther = before.releaseId !== request.releaseId;
  const listOf = async (of: ApprovalRequestRow): Promise<{ changes?: AskedChanges }> => {
    const changes = of.changes ?? (isOther ? await changesNow(db, of) : undefined);
    return changes ? { changes } : {};
  };
  return askedBefore(
    { ...before, ...(await listOf(before)), votes: await votesOn(db, before) },
    { ...request, ...(await listOf(request)) },
    inItsPlace,
  );
}

/** The request that another one is compared with, where it came in its place or follows it. */
export async function earlierRequest(
  db: Db,
  request: ApprovalRequestRow,
): Promise<{ before: ApprovalRequestRow; inItsPlace: boolean } | undefined> {
  const { previous } = request;
  const id = previous ?? (await lastAskedThere(db, request));
  const before = id === undefined ? undefined : await requestById(db, id);
  return before && { before, inItsPlace: previous !== undefined };
}

/**
 * Another release of the same services was asked about for the same stage, and neither it nor any other has been deployed there
 * since: whoever voted on that one has seen all of what this one goes on from.
 */
async function lastAskedThere(db: Db, request: ApprovalRequestRow): Promise<string | undefined> {
  const found = await sql<{ id: string }>`
    select earlier.id
    from approval_requests earlier
    join releases theirs on theirs.id = earlier.release_id
    join releases own on own.id = ${request.releaseId}
    where earlier.stage = ${request.stage} and earlier.intent = ${request.intent}
      and earlier.opened_at < ${request.openedAt}
      and theirs.id <> own.id and theirs.services = own.services
      and not exists (
        select 1 from deployments
        where deployments.environment = earlier.stage and deployments.service = any (own.services)
          and deployments.started_at >= earlier.opened_at and deployments.started_at < ${request.openedAt})
    order by earlier.opened_at desc, earlier.id
    limit 1`.execute(db);
  return found.rows[0]?.id;
}

async function changesNow(db: Db, { releaseId }: ApprovalRequestRow): Promise<AskedChanges | undefined> {
  const changes = (await readRelease(db, releaseId))?.changes;
  return changes && { count: changes.count, list: changes.top };
}

/** The last vote of each person that counted and was not taken back. */
async function votesOn(db: Db, { id, releaseId }: ApprovalRequestRow): Promise<VotedBefore[]> {
  const takenBack = await db
    .selectFrom('audit_entries')
    .select(sql<string>`body::jsonb -> 'facts' ->> 'decision'`.as('decision'))
    .where('release_id', '=', releaseId)
    .where('action', '=', 'decision.withdrawn')
    .execute();
  const votes = new Map<string, VotedBefore>();
  for (const { id: decision, person, choice, receivedAt, delivery } of await decisionsOf(db, id)) {
    if (delivery !== 'counted') continue;
    votes.delete(person);
    if (!takenBack.some((one) => one.decision === decision))
      votes.set(person, { person, choice, at: receivedAt });
  }
  return [...votes.values()];
}
