import type { Db } from '../database/open.ts';
import type { AuditEntry } from './entry.ts';

/** One line of a release's timeline. `seq` counts within the release, `globalSeq` in the log of the installation. */
export interface TimelineEntry extends Pick<
  AuditEntry,
  'at' | 'action' | 'actor' | 'object' | 'sentence' | 'reason' | 'facts'
> {
  seq: number;
  globalSeq: number;
}

/** Entries of a release after `after`, oldest first; read from the text that is hashed, so that it shows what the chain proves. */
export async function timeline(
  db: Db,
  releaseId: string,
  o: { after?: number; limit: number },
): Promise<TimelineEntry[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['seq', 'release_seq', 'body'])
    .where('release_id', '=', releaseId)
    .where('release_seq', '>', o.after ?? 0)
    .orderBy('release_seq')
    .limit(o.limit)
    .execute();
  return rows.map((row) => timelineEntry(JSON.parse(row.body) as AuditEntry, row.seq, row.release_seq ?? 0));
}

function timelineEntry(entry: AuditEntry, globalSeq: number, seq: number): TimelineEntry {
  const { at, action, actor, object, sentence, reason, facts } = entry;
  return {
    seq,
    globalSeq,
    at,
    action,
    actor,
    object,
    sentence,
    ...(reason === undefined ? {} : { reason }),
    ...(facts ? { facts } : {}),
  };
}
