import { sql } from 'kysely';
import { disagreement, type EngineRun } from '../../domain/release/agreement.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';

/** Asks the engine for these workflows, those that moved last first, and tells of all others that run as well. */
export type AskForRuns = (
  workflowIds: readonly string[],
) => Promise<{ runs: ReadonlyMap<string, EngineRun>; isWhole: boolean }>;

/** A release is started within seconds of its order, where the engine can be reached. */
const overdueMs = 2 * 60_000;
const overdueSince = (now: Date): Date => new Date(now.getTime() - overdueMs);

/**
 * What record and engine do not agree on about releases, a sentence each; changes nothing. `isWhole`: a worker has answered for each that runs,
 * so that none can be behind or ahead unseen.
 */
export async function disagreements(
  db: Db,
  ask: AskForRuns,
  now: () => Date,
): Promise<{ sentences: string[]; isWhole: boolean }> {
  const open = await db
    .selectFrom('releases')
    .select(['workflow_id', 'seq'])
    .where('ended_at', 'is', null)
    // what is younger is about to be started
    .where((row) => row.or([row('started_at', 'is not', null), row('created_at', '<', overdueSince(now()))]))
    .orderBy('updated_at', 'desc')
    .execute();
  const before = new Map(open.map((row) => [row.workflow_id, row.seq]));
  const { runs, isWhole } = await ask([...before.keys()]);
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'workflow_id', 'seq', 'ended_at', 'started_at', 'services', 'versions'])
    .where('workflow_id', '=', sql<string>`any(${[...runs.keys()]}::text[])`)
    .execute();
  const byWorkflow = new Map(rows.map((row) => [row.workflow_id, row]));
  const at = now().toISOString();
  const sentences = [...runs].flatMap(([workflowId, run]) => {
    const row = byWorkflow.get(workflowId);
    const recorded = row && {
      releaseId: row.id,
      title: releaseTitle(
        row.services.map((service, index) => ({ service, version: row.versions[index] ?? '' })),
      ),
      entriesBefore: before.get(workflowId) ?? 0,
      entries: row.seq,
      isStarted: row.started_at !== null,
      ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
    };
    return disagreement(workflowId, recorded, run, at) ?? [];
  });
  return { sentences, isWhole };
}
