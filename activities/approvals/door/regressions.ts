import type { Kysely } from 'kysely';
import type { Regression } from '../../../domain/watch/regression.ts';
import type { Database } from '../../../platform/database/schema.ts';
import { standingRegressions } from '../../../platform/record/incidents/regressions.ts';
import type { DoorInput } from '../../contract.ts';

/**
 * The word of a regression, or of what has become of it, may still be on its way to the workflow, and whoever agreed did not know
 * of it: it may have become worse, or have come back.
 */
export async function unheardRegressions(
  db: Kysely<Database>,
  { builds = [], regressions, regressionRevisions = {} }: DoorInput,
): Promise<Regression[]> {
  if (!regressions) return [];
  const standing = await standingRegressions(db, builds);
  return standing.filter(
    ({ incident, revision = 0 }) =>
      !regressions.includes(incident) || revision > (regressionRevisions[incident] ?? Infinity),
  );
}
