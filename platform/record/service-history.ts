import type { Db } from '../database/open.ts';

/** How one deployment went, as far as it is over. */
export interface PastDeployment {
  version: string;
  status: string;
  startedAt: string;
  endedAt: string;
}

/** The newest deployments of a service there that are over, newest first. What a team adopted was no deployment of ours. */
export async function pastDeployments(
  db: Db,
  o: { environment: string; service: string; count: number },
): Promise<PastDeployment[]> {
  const rows = await db
    .selectFrom('deployments')
    .select(['version', 'status', 'started_at', 'ended_at'])
    .where('environment', '=', o.environment)
    .where('service', '=', o.service)
    .where('release_id', 'is not', null)
    .where('ended_at', 'is not', null)
    .orderBy('started_at', 'desc')
    .limit(o.count)
    .execute();
  return rows.map((row) => ({
    version: row.version,
    status: row.status,
    startedAt: row.started_at.toISOString(),
    endedAt: (row.ended_at ?? row.started_at).toISOString(),
  }));
}

/** How the last way back of a service there went; undefined where it never went back. */
export async function lastUndo(
  db: Db,
  o: { environment: string; service: string },
): Promise<{ outcome: string; at: string; because: string } | undefined> {
  const row = await db
    .selectFrom('operation_results')
    .select(['outcome', 'ended_at', 'because'])
    .where('environment', '=', o.environment)
    .where('service', '=', o.service)
    .where('kind', '=', 'undo')
    .orderBy('ended_at', 'desc')
    .executeTakeFirst();
  return row && { outcome: row.outcome, at: row.ended_at.toISOString(), because: row.because };
}

/** When versions were closed to change: the cut-off of the train that a release rides on. */
export async function cutoffOfTrain(
  db: Db,
  o: { train: string; departure: number },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('train_departures')
    .select('cutoff_at')
    .where('train_id', '=', o.train)
    .where('number', '=', o.departure)
    .executeTakeFirst();
  return row?.cutoff_at.toISOString();
}
