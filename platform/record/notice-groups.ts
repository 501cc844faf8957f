import { sql } from 'kysely';
import type { InstallationNotice, NoticeInput } from '../../activities/contract.ts';
import type { Db } from '../database/open.ts';
import type { DueNotice } from './notices.ts';

/**
 * What several mails to one person have in common: the change of the calendar that moved the dates of many releases. They
 * become one mail. Undefined for what stands alone.
 */
export function groupOf(notice: NoticeInput | InstallationNotice): string | undefined {
  if (notice.kind !== 'rescheduled') return undefined;
  const calendar = notice.facts?.['calendar'];
  return calendar === undefined ? undefined : `${notice.to[0] ?? ''}/calendar/${calendar}`;
}

/** So long is waited for the others: releases are judged one after another. Seconds. */
export const gatherSeconds = 5;

/**
 * Those of the same group that are still to be sent, beside the ones that an attempt was begun for; it is begun for them, too.
 * What another process is at stays with it: that is pending and was tried.
 */
export async function claimGroup(
  db: Db,
  first: DueNotice,
  o: { claimed: readonly string[]; leaseSeconds: number },
): Promise<DueNotice[]> {
  const notice = first.occasion;
  const calendar = 'releaseId' in notice ? notice.facts?.['calendar'] : undefined;
  if (groupOf(notice) === undefined || calendar === undefined) return [];
  const { rows } = await sql<{
    key: string;
    message_id: string;
    occasion: NoticeInput;
    tries: number;
    created_at: Date;
    view: DueNotice['release'] | null;
  }>`
    with claimed as (update notices set tries = tries + 1, next_at = now() + ${o.leaseSeconds} * interval '1 second'
    where key in (
      select key from notices where next_at is not null and (tries = 0 or state = 'failed') and kind = 'rescheduled'
        and person = ${notice.to[0] ?? ''} and occasion->'facts'->>'calendar' = ${calendar}
        and not (key = any(${[...o.claimed]}::text[]))
      order by key for update skip locked
    )
    returning key, message_id, release_id, occasion, tries, created_at)
    select claimed.*, releases.view from claimed left join releases on releases.id = claimed.release_id`.execute(
    db,
  );
  return rows.map((row) => ({
    key: row.key,
    messageId: row.message_id,
    occasion: row.occasion,
    release: row.view ?? undefined,
    tries: row.tries,
    createdAt: row.created_at.toISOString(),
  }));
}
