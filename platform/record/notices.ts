import { sql } from 'kysely';
import type { InstallationNotice, NoticeInput } from '../../activities/contract.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { sha256 } from '../ids.ts';
import type { Db } from '../database/open.ts';
import { gatherSeconds, groupOf } from './notice-groups.ts';

/** One notice to one person on one occasion. `key` and `messageId` stay the same over all tries (promise P18). */
export interface NoticeRow {
  key: string;
  releaseId?: string;
  requestId?: string;
  person: string;
  kind: string;
  messageId: string;
  state: 'pending' | 'sent' | 'failed';
  tries: number;
  error?: string;
  createdAt: string;
  sentAt?: string;
}

/** A mail that an attempt was begun for. `occasion` names its one reader in `to`. */
export interface DueNotice {
  key: string;
  messageId: string;
  occasion: NoticeInput | InstallationNotice;
  /** The release as the record shows it now. */
  release: ReleaseView | undefined;
  /** This attempt counted. */
  tries: number;
  createdAt: string;
}

/** One mail to one person on one occasion: the same key again is the same mail (promise P18). */
export const noticeKey = (notice: NoticeInput | InstallationNotice, person: string): string =>
  `${'releaseId' in notice ? notice.releaseId : '*'}/${notice.occasion}/${person}`;

export const messageIdOf = (key: string, domain: string): string => `${sha256(key).slice(0, 40)}@${domain}`;

/** An attempt that was never ended, because its process died, is taken up again after this; longer than any attempt lasts. */
export const leaseSeconds = 120;

/** Writes down that people are to be told; what was ordered before stays as it is. `domain` is that of our message ids. */
export async function orderNotices(
  db: Db,
  notices: readonly (NoticeInput | InstallationNotice)[],
  domain: string,
): Promise<void> {
  const rows = notices.flatMap((notice) =>
    notice.to.map((person) => {
      const key = noticeKey(notice, person);
      return {
        key,
        release_id: 'releaseId' in notice ? notice.releaseId : null,
        request_id: 'requestId' in notice ? (notice.requestId ?? null) : null,
        person,
        kind: notice.kind,
        message_id: messageIdOf(key, domain),
        state: 'pending' as const,
        occasion: JSON.stringify({ ...notice, to: [person] }),
        next_at:
          groupOf({ ...notice, to: [person] }) === undefined
            ? sql<Date>`now()`
            : sql<Date>`now() + ${gatherSeconds} * interval '1 second'`,
      };
    }),
  );
  if (rows.length === 0) return;
  await db
    .insertInto('notices')
    .values(rows)
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

/** Ends attempts that went well: these people have their mail. */
export async function settleSent(db: Db, keys: readonly string[]): Promise<void> {
  await sql`update notices set state = 'sent', error = null, sent_at = now(), next_at = null
    where key = any(${keys}::text[])`.execute(db);
}

/** Ends an attempt that failed: tried again after that many milliseconds, or never where there are none. */
export async function settleFailed(
  db: Db,
  key: string,
  error: string,
  retryInMs: number | undefined,
): Promise<void> {
  await sql`update notices set state = 'failed', error = ${error},
      next_at = ${retryInMs ?? null}::double precision * interval '1 millisecond' + clock_timestamp()
    where key = ${key} and state <> 'sent'`.execute(db);
}

/** Written before a mail goes out. `alreadySent`: do not send; a failed or interrupted one is sent again under its Message-ID. */
export async function beginNotice(
  db: Db,
  notice: Pick<NoticeRow, 'key' | 'person' | 'kind' | 'messageId' | 'releaseId' | 'requestId'>,
): Promise<'send' | 'alreadySent'> {
  const row = await db
    .insertInto('notices')
    .values({
      key: notice.key,
      release_id: notice.releaseId ?? null,
      request_id: notice.requestId ?? null,
      person: notice.person,
      kind: notice.kind,
      message_id: notice.messageId,
      state: 'pending',
      tries: 1,
    })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ tries: sql`notices.tries + 1` })
        .where('notices.state', '!=', 'sent'),
    )
    .returning('key')
    .executeTakeFirst();
  return row ? 'send' : 'alreadySent';
}

export async function noticeSent(db: Db, key: string): Promise<void> {
  await db
    .updateTable('notices')
    .set({ state: 'sent', error: null, sent_at: new Date() })
    .where('key', '=', key)
    .execute();
}

/** Notes why a notice could not be sent; one that was sent after all stays sent. */
export async function noticeFailed(db: Db, key: string, error: string): Promise<void> {
  await db
    .updateTable('notices')
    .set({ state: 'failed', error })
    .where('key', '=', key)
    .where('state', '!=', 'sent')
    .execute();
}

/** All notices of a release, oldest first. */
export async function noticesOf(db: Db, releaseId: string): Promise<NoticeRow[]> {
  const rows = await db
    .selectFrom('notices')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('created_at')
    .orderBy('key')
    .execute();
  return rows.map((row) => ({
    key: row.key,
    ...(row.release_id === null ? {} : { releaseId: row.release_id }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
    person: row.person,
    kind: row.kind,
    messageId: row.message_id,
    state: row.state,
    tries: row.tries,
    ...(row.error === null ? {} : { error: row.error }),
    createdAt: row.created_at.toISOString(),
    ...(row.sent_at === null ? {} : { sentAt: row.sent_at.toISOString() }),
  }));
}
