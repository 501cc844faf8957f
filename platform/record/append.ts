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
    const before = await lookBefore(trx, releaseId, events);
    const fresh = notYetWritten(events, before.keys);
    if (fresh.length === 0) return 0;
    let { head, releaseHead } = before;
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

interface Before {
  head: Head;
  /** Head of the release's own chain; undefined where the entries belong to none. */
  releaseHead: Head | undefined;
  /** Those keys of the batch that the log has already. */
  keys: string[];
}

/** Locks the global head, and only then looks: see `look_before_append` in the migrations. */
async function lookBefore(
  trx: Transaction<Database>,
  releaseId: string | null,
  events: readonly NewEvent[],
): Promise<Before> {
  const { rows } = await sql<{
    global_seq: number | null;
    global_hash: string | null;
    release_seq: number | null;
    release_hash: string | null;
    known: string[];
  }>`select * from look_before_append(${releaseId ?? ''}, ${events.map((event) => event.key)}::text[])`.execute(
    trx,
  );
  const [row] = rows;
  if (!row || row.global_seq === null || row.global_hash === null)
    throw new Error('the chain has no global head');
  return {
    head: { seq: row.global_seq, hash: row.global_hash },
    releaseHead: releaseId === null ? undefined : releaseHeadOf(releaseId, row),
    keys: row.known,
  };
}

const releaseHeadOf = (
  releaseId: string,
  row: { release_seq: number | null; release_hash: string | null },
): Head =>
  row.release_seq === null || row.release_hash === null
    ? { seq: 0, hash: chainStart(releaseId, sha256) }
    : { seq: row.release_seq, hash: row.release_hash };

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
