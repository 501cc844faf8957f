import type { Kysely } from 'kysely';
import type { Database } from '../../platform/database/schema.ts';

/** Commits that ran in an environment once and were rolled back there: they are marked as returning (semantics §11, N3). */
export async function commitsRolledBack(
  db: Kysely<Database>,
  environment: string,
  service: string,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('deployments')
    .innerJoin('release_changes', (join) =>
      join
        .onRef('release_changes.release_id', '=', 'deployments.release_id')
        .onRef('release_changes.service', '=', 'deployments.service'),
    )
    .select('release_changes.changes')
    .where('deployments.environment', '=', environment)
    .where('deployments.service', '=', service)
    .where('deployments.status', '=', 'rolledBack')
    .execute();
  return new Set(rows.flatMap((row) => row.changes.map((change) => change.commit)));
}
