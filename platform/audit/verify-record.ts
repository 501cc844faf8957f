import { sql } from 'kysely';
import type { Db } from '../database/open.ts';
import { exportAudit } from './export.ts';
import { verifyAudit, type AuditReport } from './verify.ts';

/**
 * Verifies the log in the database: as an export, and that the columns people search by say the same as the text that is
 * hashed, of which an export carries only the text.
 */
export async function verifyRecord(db: Db): Promise<AuditReport> {
  const report = await verifyAudit(exportAudit(db));
  if (!report.valid) return report;
  const { rows } = await sql<{ seq: number | null }>`
    select min(seq) as seq
    from (select *, body::jsonb as said from audit_entries where seq <= ${report.entries}) as entry
    where release_id is distinct from said->>'releaseId'
      or release_seq is distinct from (said->>'releaseSeq')::integer
      or id::text is distinct from said->>'id'
      or at is distinct from (said->>'at')::timestamptz
      or action is distinct from said->>'action'
      or actor_id is distinct from said->'actor'->>'id'
      or object is distinct from said->>'object'
      or sentence is distinct from said->>'sentence'`.execute(db);
  const seq = rows[0]?.seq ?? undefined;
  if (seq === undefined) return report;
  return {
    ...report,
    valid: false,
    entries: seq - 1,
    firstBroken: { seq, because: 'its columns say something else than its hashed body' },
  };
}

/** Verifications that are going on: many who ask at once wait for one. */
const going = new WeakMap<Db, Promise<AuditReport>>();

/** `verifyRecord`, one at a time for each database: the log is read whole, and whoever asks meanwhile gets the same report. */
export async function verifyOnce(db: Db): Promise<AuditReport> {
  const known = going.get(db);
  if (known) return known;
  const report = verifyRecord(db).finally(() => going.delete(db));
  going.set(db, report);
  return report;
}
