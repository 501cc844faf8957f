import { sql, type Selectable } from 'kysely';
import type { Actor, ReleaseView } from '../../domain/release/release.ts';
import { GantryError } from '../errors.ts';
import { inTransaction, type Db } from '../database/open.ts';
import type { Database } from '../database/schema.ts';
import { appendEvents } from './append.ts';

/** What runs at one place, since when, and how it got there: by a release, or by a team's word (`gantry adopt`). */
export interface RunningRow {
  environment: string;
  service: string;
  version: string;
  digest?: string;
  commit?: string;
  since: string;
  releaseId?: string;
  how: 'released' | 'adopted';
}

type Place = Pick<
  Selectable<Database['running']>,
  'environment' | 'service' | 'version' | 'digest' | 'commit_id' | 'since'
> & { release_id: string | null };

const rowOf = (place: Place): RunningRow => ({
  environment: place.environment,
  service: place.service,
  version: place.version,
  ...(place.digest === null ? {} : { digest: place.digest }),
  ...(place.commit_id === null ? {} : { commit: place.commit_id }),
  since: place.since.toISOString(),
  ...(place.release_id === null ? {} : { releaseId: place.release_id }),
  how: place.release_id === null ? 'adopted' : 'released',
});

const places = (db: Db) =>
  db
    .selectFrom('running')
    .innerJoin('deployments', 'deployments.id', 'running.deployment_id')
    .select([
      'running.environment',
      'running.service',
      'running.version',
      'running.digest',
      'running.commit_id',
      'running.since',
      'deployments.release_id',
    ]);

/** All places, by environment and service. In the middle of a canary the previous version still counts as running. */
export async function whatRuns(db: Db): Promise<RunningRow[]> {
  const rows = await places(db).orderBy('running.environment').orderBy('running.service').execute();
  return rows.map(rowOf);
}

/** Where these services run, in any environment. */
export async function whereRun(db: Db, services: readonly string[]): Promise<RunningRow[]> {
  const rows = await places(db)
    .where('running.service', '=', sql<string>`any(${[...services]}::text[])`)
    .execute();
  return rows.map(rowOf);
}

/** Where the services of an ended release run by now; nothing while it is open, for it tells of that itself. */
export const runsOf = async (db: Db, { ended, components }: ReleaseView): Promise<RunningRow[]> =>
  ended
    ? whereRun(
        db,
        components.map(({ service }) => service),
      )
    : [];

/** What of this runs in an environment, by service. */
export const runningIn = (
  environment: string | undefined,
  everywhere: readonly RunningRow[],
): Record<string, RunningRow> =>
  Object.fromEntries(
    everywhere.filter((row) => row.environment === environment).map((row) => [row.service, row]),
  );

export async function runsAt(db: Db, environment: string, service: string): Promise<RunningRow | undefined> {
  const row = await places(db)
    .where('running.environment', '=', environment)
    .where('running.service', '=', service)
    .executeTakeFirst();
  return row && rowOf(row);
}

/**
 * What the record says already of a place where somebody says that this runs there; undefined where theirs would be news: another version, a
 * digest or commit that is not known, or a reason to vouch for what a release has put there.
 */
export async function saidAlready(
  db: Db,
  a: {
    service: string;
    version: string;
    environment: string;
    digest?: string | undefined;
    commit?: string | undefined;
    reason?: string | undefined;
  },
): Promise<RunningRow | undefined> {
  const runs = await runsAt(db, a.environment, a.service);
  const isSame =
    runs?.version === a.version &&
    (a.digest === undefined || a.digest === runs.digest) &&
    (a.commit === undefined || a.commit === runs.commit) &&
    (runs.how === 'adopted' || a.reason === undefined);
  return isSame ? runs : undefined;
}

/**
 * Takes a team's word for what runs somewhere, as an audit entry: change lists and rollbacks begin there.
 * @throws GantryError ADOPTION_NEEDS_REASON where it would replace what a release put there, and nobody says why.
 */
export async function adopt(
  db: Db,
  a: {
    service: string;
    version: string;
    environment: string;
    digest?: string;
    commit?: string;
    by: Actor;
    reason?: string;
    at: string;
  },
): Promise<void> {
  const { service, version, environment, at } = a;
  const id = `adopted.${environment}.${service}.${version}.${at}`;
  const artifact = { digest: a.digest ?? null, commit_id: a.commit ?? null };
  await inTransaction(db, async (trx) => {
    const inserted = await trx
      .insertInto('deployments')
      .values({
        id,
        release_id: null,
        environment,
        service,
        version,
        ...artifact,
        previous_version: null,
        mode: 'deploy',
        status: 'succeeded',
        exposure: 100,
        started_at: at,
        ended_at: at,
        by_id: a.by.person ?? a.by.id,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows !== 1n) return;
    const before = await runsAt(trx, environment, service);
    if (before?.how === 'released' && a.reason === undefined)
      throw new GantryError('ADOPTION_NEEDS_REASON', { service, environment, version: before.version });
    const runs = { version, ...artifact, since: at, deployment_id: id };
    await trx
      .insertInto('running')
      .values({ environment, service, ...runs })
      .onConflict((conflict) => conflict.columns(['environment', 'service']).doUpdateSet(runs))
      .execute();
    await appendEvents(trx, null, [
      {
        key: id,
        at,
        actor: a.by,
        action: 'service.adopted',
        object: `${service}@${version}`,
        sentence: `${service} ${version} was recorded as running in ${environment}.`,
        ...(a.reason === undefined ? {} : { reason: a.reason }),
        facts: {
          environment,
          service,
          version,
          ...(a.digest ? { digest: a.digest } : {}),
          ...(a.commit ? { commit: a.commit } : {}),
        },
      },
    ]);
  });
}
