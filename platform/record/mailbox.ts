import type { Db } from '../database/open.ts';

/** A mail as the local mailbox got it. */
export interface IncomingMail {
  messageId: string | undefined;
  recipient: string;
  sender: string;
  subject: string;
  text: string;
  html: string;
  raw: string;
}

/** A kept mail without its parts: one row of the list. `receivedAt` is RFC 3339. */
export interface MailSummary {
  id: number;
  recipient: string;
  sender: string;
  subject: string;
  receivedAt: string;
}

export interface KeptMail extends MailSummary {
  messageId?: string;
  text: string;
  html: string;
  raw: string;
}

/** Keeps one mail for one recipient. A mail sent again is kept again: the mailbox shows what really arrived. */
export async function keepMail(db: Db, mail: IncomingMail): Promise<void> {
  await db
    .insertInto('mailbox')
    .values({
      message_id: mail.messageId ?? null,
      recipient: mail.recipient,
      sender: mail.sender,
      subject: storable(mail.subject),
      text_part: storable(mail.text),
      html_part: storable(mail.html),
      raw: storable(mail.raw),
    })
    .execute();
}

/** Newest first. `before` is the id of the last row seen. */
export async function listMail(
  db: Db,
  filter: { limit: number; recipient?: string | undefined; before?: number | undefined },
): Promise<MailSummary[]> {
  let query = db.selectFrom('mailbox').select(['id', 'recipient', 'sender', 'subject', 'received_at']);
  if (filter.recipient !== undefined) query = query.where('recipient', '=', filter.recipient);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map(summary);
}

/** One mail with all its parts, if it is there. */
export async function readMail(db: Db, id: number): Promise<KeptMail | undefined> {
  const row = await db.selectFrom('mailbox').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  return {
    ...summary(row),
    ...(row.message_id === null ? {} : { messageId: row.message_id }),
    text: row.text_part,
    html: row.html_part,
    raw: row.raw,
  };
}

const summary = (row: {
  id: number;
  recipient: string;
  sender: string;
  subject: string;
  received_at: Date;
}): MailSummary => ({
  id: row.id,
  recipient: row.recipient,
  sender: row.sender,
  subject: row.subject,
  receivedAt: row.received_at.toISOString(),
});

/** PostgreSQL stores every character but this one. */
const storable = (text: string): string => text.replaceAll('\u0000', '\ufffd');
