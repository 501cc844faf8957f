import { sql } from 'kysely';
import type { Db } from '../database/open.ts';

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
