import { askedBefore, type AskedBefore } from '../../domain/release/asked-before.ts';
import type { Db } from '../database/open.ts';
import { requestById, type ApprovalRequestRow } from './approvals.ts';
import { readRelease } from './releases.ts';

/** Why people are asked again, and what has changed since the request in whose place this one came; undefined where it came in no other's. */
export async function askedBeforeOf(db: Db, request: ApprovalRequestRow): Promise<AskedBefore | undefined> {
  const before = request.previous === undefined ? undefined : await requestById(db, request.previous);
  if (!before) return undefined;
  // One release keeps one list, that of now: only between two releases can both lists be compared.
  const isOther = before.releaseId !== request.releaseId;
  return askedBefore(
    { ...before, ...(isOther ? await changesOf(db, before) : {}) },
    { ...request, ...(isOther ? await changesOf(db, request) : {}) },
  );
}

async function changesOf(db: Db, { releaseId }: ApprovalRequestRow) {
  const changes = (await readRelease(db, releaseId))?.changes;
  return changes ? { changes } : {};
}
