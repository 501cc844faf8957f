import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import type { Waiting } from './calendar/wakes.ts';

type Components = ExpressionBuilder<Database, 'releases' | 'release_components'>;

/** Releases that have not ended, with a component for which `is` holds; each once. */
export async function openReleasesWith(
  db: Db,
  is: (where: Components) => Expression<SqlBool>,
): Promise<Waiting[]> {
  const rows = await db
    .selectFrom('releases')
    .innerJoin('release_components', 'release_components.release_id', 'releases.id')
    .select(['releases.id', 'releases.workflow_id'])
    .distinct()
    .where('releases.ended_at', 'is', null)
    .where(is)
    .execute();
  return rows.map(({ id, workflow_id }) => ({ workflowId: workflow_id, releaseId: id }));
}
