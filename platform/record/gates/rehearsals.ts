import type { Selectable } from 'kysely';
import type { RehearsalRow } from '../../../activities/contract.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

export async function saveRehearsals(
  trx: Db,
  releaseId: string,
  rehearsals: readonly RehearsalRow[],
): Promise<void> {
  if (rehearsals.length === 0) return;
  await trx
    .insertInto('rehearsals')
    .values(
      rehearsals.map((one) => ({
        id: one.id,
        release_id: releaseId,
        environment: one.environment,
        service: one.service,
        version: one.version,
        digest: one.digest ?? null,
        commit_id: one.commit ?? null,
        is_passed: one.isPassed,
        because: one.because,
        at: one.at,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** All of one version of a service, newest first; whether they were of the same build is for the caller to see. */
export async function rehearsalsOf(db: Db, service: string, version: string): Promise<RehearsalRow[]> {
  const rows = await db
    .selectFrom('rehearsals')
    .selectAll()
    .where('service', '=', service)
    .where('version', '=', version)
    .orderBy('at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(rehearsalOf);
}

/** Every undo that a release tried out, the first on top. */
export async function rehearsalsOfRelease(db: Db, releaseId: string): Promise<RehearsalRow[]> {
  const rows = await db
    .selectFrom('rehearsals')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows.map(rehearsalOf);
}

const rehearsalOf = (row: Selectable<Database['rehearsals']>): RehearsalRow => ({
  id: row.id,
  environment: row.environment,
  service: row.service,
  version: row.version,
  ...(row.digest === null ? {} : { digest: row.digest }),
  ...(row.commit_id === null ? {} : { commit: row.commit_id }),
  isPassed: row.is_passed,
  because: row.because,
  at: row.at.toISOString(),
});
