import { sql, type Transaction } from 'kysely';
import { uuidv7 } from 'uuidv7';
import { canonicalText } from '../../domain/audit/canonical.ts';
import { chainStart, leafOf, nextHead } from '../../domain/audit/chain.ts';
import type { NewEvent } from '../../domain/release/events.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { sha256 } from '../ids.ts';
import { canonicalFacts } from './canonical-facts.ts';
import type { AuditEntry, WorkflowRun } from './entry.ts';

/** Channel on which every append is told, as `<release id>|<release seq>`, or `*|<seq>` for entries of no release. */
export const releaseChannel = 'gantry_release';

interface Head {
  seq: number;
  hash: string;
}

/**
 * Appends events to the log and to the chain of their release, in order, and moves both heads: all in the transaction that
 * `db` is, else in one of its own. An event whose key the release (or, without one, the installation) already has is
 * skipped, so handing a batch over twice writes it once. Answers how many were new.
 *
 * Writers queue at the row of the global head until they commit: that is what makes `seq` gapless. Append last in a
 * transaction that does other work.
 */
export async function appendEvents(
  db: Db,
  releaseId: string | null,
  events: readonly NewEvent[],
  workflow?: WorkflowRun,
): Promise<number> {
  if (events.length === 0) return 0;
  return inTransaction(db, async (trx) => {
    let head = await lockHead(trx);
    const before = await lookBefore(trx, releaseId, events);
    const fresh = notYetWritten(events, before.keys);
    if (fresh.length === 0) return 0;
    let releaseHead = before.head;
    const rows = fresh.map((event) => {
      const entry = entryOf(event, head.seq + 1, releaseId, releaseHead, workflow);
      const body = canonicalText(entry);
      const leaf = leafOf(body, sha256);
      head = { seq: entry.seq, hash: nextHead(head.hash, leaf, sha256) };
      if (releaseHead)
        releaseHead = { seq: releaseHead.seq + 1, hash: nextHead(releaseHead.hash, leaf, sha256) };
      return rowOf(entry, event.key, {
        body,
        leaf,
        hash: head.hash,
        release_hash: releaseHead?.hash ?? null,
      });
    });
    await write(trx, rows, releaseId, head, releaseHead);
    return rows.length;
  });
}

async function lockHead(trx: Transaction<Database>): Promise<Head> {
  return trx
    .selectFrom('chain_heads')
    .select(['seq', 'hash'])
    .where('scope', '=', 'global')
    .forUpdate()
    .executeTakeFirstOrThrow();
}

interface Before {
  /** Head of the release's own chain; undefined where the entries belong to none. */
  head: Head | undefined;
  /** Those keys of the batch that the log has already. */
  keys: string[];
}

/** Read only after the global head is locked: an earlier snapshot would not see a chain that another writer has just begun. */
async function lookBefore(
  trx: Transaction<Database>,
  releaseId: string | null,
  events: readonly NewEvent[],
): Promise<Before> {
  const keys = events.map((event) => event.key);
  const { rows } = await sql<{ head: Head | null; keys: string[] }>`
    select
      (select json_build_object('seq', seq, 'hash', hash) from chain_heads where scope = ${releaseId ?? ''}) as head,
      array(
        select key from audit_entries where coalesce(release_id, '') = ${releaseId ?? ''} and key = any(${keys}::text[])
      ) as keys`.execute(trx);
  const [row] = rows;
  return {
    head: releaseId === null ? undefined : (row?.head ?? { seq: 0, hash: chainStart(releaseId, sha256) }),
    keys: row?.keys ?? [],
  };
}

function notYetWritten(events: readonly NewEvent[], written: readonly string[]): NewEvent[] {
  const seen = new Set(written);
  return events.filter((event) => {
    const isNew = !seen.has(event.key);
    seen.add(event.key);
    return isNew;
  });
}

function entryOf(
  event: NewEvent,
  seq: number,
  releaseId: string | null,
  releaseHead: Head | undefined,
  workflow?: WorkflowRun,
): AuditEntry {
  const { actor, reason, requestId, facts } = event;
  const entry: AuditEntry = {
    id: uuidv7(),
    seq,
    at: new Date(event.at).toISOString(),
    actor,
    action: event.action,
    object: event.object,
    sentence: event.sentence,
    ...(reason === undefined ? {} : { reason }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(releaseId === null || !releaseHead ? {} : { releaseId, releaseSeq: releaseHead.seq + 1 }),
    ...(workflow ? { workflow: { id: workflow.id, runId: workflow.runId } } : {}),
    ...(facts ? { facts } : {}),
    v: 1,
  };
  return canonicalFacts(entry) as AuditEntry;
}

function rowOf(
  entry: AuditEntry,
  key: string,
  hashed: { body: string; leaf: string; hash: string; release_hash: string | null },
) {
  return {
    seq: entry.seq,
    id: entry.id,
    release_id: entry.releaseId ?? null,
    release_seq: entry.releaseSeq ?? null,
    key,
    at: entry.at,
    action: entry.action,
    actor_id: entry.actor.id,
    object: entry.object,
    sentence: entry.sentence,
    ...hashed,
  };
}

/** Entries, both heads and the word to listeners in one statement: everybody queues at the head while this lasts. */
async function write(
  trx: Transaction<Database>,
  rows: ReturnType<typeof rowOf>[],
  releaseId: string | null,
  head: Head,
  releaseHead: Head | undefined,
): Promise<void> {
  const heads = [{ scope: 'global', ...head }];
  if (releaseId !== null && releaseHead) heads.push({ scope: releaseId, ...releaseHead });
  const told = releaseId === null ? `*|${head.seq}` : `${releaseId}|${releaseHead?.seq ?? 0}`;
  // one text for any number of rows: the builder would write, and the server parse, another for each
  await sql`
    with entries as (
      insert into audit_entries
        (seq, id, release_id, release_seq, key, at, action, actor_id, object, sentence, body, leaf, hash, release_hash)
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        seq bigint, id uuid, release_id text, release_seq integer, key text, at timestamptz, action text, actor_id text,
        object text, sentence text, body text, leaf text, hash text, release_hash text
      )
    ), heads as (
      insert into chain_heads (scope, seq, hash)
      select * from json_to_recordset(${JSON.stringify(heads)}::json) as row (scope text, seq bigint, hash text)
      on conflict (scope) do update set seq = excluded.seq, hash = excluded.hash
    )
    select pg_notify(${releaseChannel}, ${told})`.execute(trx);
}
