import { sql } from 'kysely';
import type { NewEvent } from '../../domain/release/events.ts';
import { webhookTypeOf, type WebhookType } from '../../domain/webhooks/types.ts';
import type { Db } from '../database/open.ts';
import { newId } from '../ids.ts';

/** One message that an attempt was begun for. */
export interface DueMessage {
  id: string;
  url: string;
  type: WebhookType;
  releaseId?: string;
  at: string;
  data: Record<string, unknown>;
  /** This attempt counted. */
  tries: number;
  createdAt: string;
}

/**
 * Orders messages about these events, in the transaction that writes them, to every webhook of the policy in force that asks for
 * their type. `data` is the resource as it is now. Handed over twice it orders nothing more: call it before the events are
 * appended, and only where they are new.
 */
export async function orderWebhooks(
  trx: Db,
  o: { releaseId: string | null; events: readonly NewEvent[]; data: Readonly<Record<string, unknown>> },
): Promise<void> {
  const told = o.events.flatMap((event) => {
    const type = webhookTypeOf(event);
    return type === undefined ? [] : [{ id: newId('msg'), type, at: event.at, key: event.key }];
  });
  if (told.length === 0) return;
  await sql`
    insert into webhook_messages (id, url, type, release_id, at, data)
    select message.id, hook ->> 'url', message.type, ${o.releaseId}::text, message.at, ${JSON.stringify(o.data)}::jsonb
    from json_to_recordset(${JSON.stringify(told)}::json) as message (id text, type text, at timestamptz, key text),
      lateral (
        select document, digest from policies
        where digest = (select digest from policy_applications order by number desc limit 1)
      ) policy,
      lateral jsonb_array_elements(coalesce(policy.document -> 'organisation' -> 'webhooks', '[]'::jsonb)) hook
    where (hook -> 'events' is null or hook -> 'events' ? message.type)
      and not exists (
        select from webhook_gone where webhook_gone.url = hook ->> 'url' and webhook_gone.policy_digest = policy.digest
      )
      and not exists (
        select from audit_entries
        where audit_entries.key = message.key and audit_entries.release_id is not distinct from ${o.releaseId}::text
      )`.execute(trx);
}

/** An attempt that was never ended, because its process died, is taken up again after this; longer than any attempt lasts. */
const leaseSeconds = 60;

/** Begins an attempt at up to `limit` messages that are due, oldest first, and at none that another process is at. */
export async function claimMessages(db: Db, limit: number): Promise<DueMessage[]> {
  const { rows } = await sql<{
    id: string;
    url: string;
    type: WebhookType;
    release_id: string | null;
    at: Date;
    data: Record<string, unknown>;
    tries: number;
    created_at: Date;
  }>`
    update webhook_messages set tries = tries + 1, next_at = now() + ${leaseSeconds} * interval '1 second'
    where (id, url) in (
      select id, url from webhook_messages where next_at <= now() order by next_at, created_at limit ${limit}
      for update skip locked
    )
    returning id, url, type, release_id, at, data, tries, created_at`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    url: row.url,
    type: row.type,
    ...(row.release_id === null ? {} : { releaseId: row.release_id }),
    at: row.at.toISOString(),
    data: row.data,
    tries: row.tries,
    createdAt: row.created_at.toISOString(),
  }));
}

/** Ends an attempt that went well. */
export async function messageSent(db: Db, { id, url }: Pick<DueMessage, 'id' | 'url'>): Promise<void> {
  await db
    .updateTable('webhook_messages')
    .set({ state: 'sent', error: null, sent_at: sql<Date>`now()`, next_at: null })
    .where('id', '=', id)
    .where('url', '=', url)
    .execute();
}

/** Ends an attempt that failed: tried again after that many milliseconds, or never where there are none. */
export async function messageFailed(
  db: Db,
  { id, url }: Pick<DueMessage, 'id' | 'url'>,
  error: string,
  retryInMs: number | undefined,
): Promise<void> {
  await sql`update webhook_messages set state = 'failed', error = ${error},
      next_at = ${retryInMs ?? null}::double precision * interval '1 millisecond' + clock_timestamp()
    where id = ${id} and url = ${url} and state <> 'sent'`.execute(db);
}

/** The address wants no more: what waits for it is dropped, and nothing new is ordered under the policy in force. */
export async function addressGone(trx: Db, url: string, at: string): Promise<void> {
  await sql`insert into webhook_gone (url, policy_digest, at)
    select ${url}, digest, ${at}::timestamptz from policy_applications order by number desc limit 1
    on conflict (url) do update set policy_digest = excluded.policy_digest, at = excluded.at`.execute(trx);
  await sql`update webhook_messages set state = 'failed', error = 'the address wants no more (410)', next_at = null
    where url = ${url} and next_at is not null`.execute(trx);
}
