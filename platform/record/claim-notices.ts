import { sql, type RawBuilder } from 'kysely';
import type { InstallationNotice, NoticeInput } from '../../activities/contract.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';
import { causeOf } from './notice-groups.ts';
import { leaseSeconds, type DueNotice } from './notices.ts';

/** Begins an attempt at up to `limit` mails that are due, oldest first, and at none that another process is at. */
export const claimNotices = async (db: Db, limit: number): Promise<DueNotice[]> =>
  claim(
    db,
    sql`select key from notices where next_at <= now() order by next_at, created_at limit ${limit} for update skip locked`,
  );

/**
 * Those of the same group that are still to be sent, beside the ones that an attempt was begun for (`claimed`, their keys); it is
 * begun for them, too. What another process is at stays with it: that is pending and was tried.
 */
export async function claimGroup(db: Db, first: DueNotice, claimed: readonly string[]): Promise<DueNotice[]> {
  const notice = first.occasion;
  const cause = causeOf(notice);
  if (!cause) return [];
  return claim(
    db,
    sql`select key from notices where next_at is not null and (tries = 0 or state = 'failed') and kind = ${notice.kind}
      and person = ${notice.to[0] ?? ''} and occasion->'facts'->>${cause.fact} = ${cause.value}
      and not (key = any(${[...claimed]}::text[]))
      order by key for update skip locked`,
  );
}

/** Counts an attempt at each of these mails, and keeps others away from them while it lasts. */
async function claim(db: Db, keys: RawBuilder<unknown>): Promise<DueNotice[]> {
  const { rows } = await sql<{
    key: string;
    message_id: string;
    occasion: NoticeInput | InstallationNotice;
    tries: number;
    created_at: Date;
    view: ReleaseView | null;
  }>`
    with claimed as (update notices set tries = tries + 1, next_at = now() + ${leaseSeconds} * interval '1 second'
    where key in (${keys})
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
