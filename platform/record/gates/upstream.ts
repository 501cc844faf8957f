import { sql, type Selectable } from 'kysely';
import type { VerifiedSet } from '../../../domain/gates/promotion/evaluate.ts';
import type { EndedDeployment } from '../../../domain/gates/rollback-plan/target.ts';
import type { PastDeployment } from '../../../domain/gates/soak/stays.ts';
import type { Artifact } from '../../../domain/release/artifact.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

type Row = Selectable<Database['deployments']>;

const buildOf = ({ service, version, digest, commit_id }: Row): Artifact => ({
  service,
  version,
  ...(digest === null ? {} : { digest }),
  ...(commit_id === null ? {} : { commit: commit_id }),
});

/** Sets that releases verified in these environments, of the services and versions asked for. */
export async function verifiedSets(
  db: Db,
  environments: readonly string[],
  builds: readonly Artifact[],
): Promise<VerifiedSet[]> {
  const rows = await db
    .selectFrom('deployments')
    .selectAll()
    .where('environment', '=', sql<string>`any(${environments}::text[])`)
    .where('service', '=', sql<string>`any(${builds.map(({ service }) => service)}::text[])`)
    .where('version', '=', sql<string>`any(${builds.map(({ version }) => version)}::text[])`)
    .where('status', '=', 'succeeded')
    .orderBy('ended_at')
    .execute();
  const sets = new Map<string, VerifiedSet>();
  for (const row of rows) {
    const key = `${row.environment}/${row.release_id ?? row.id}`;
    const known = sets.get(key);
    const at = (row.ended_at ?? row.started_at).toISOString();
    sets.set(key, {
      environment: row.environment,
      at,
      builds: [...(known?.builds ?? []), buildOf(row)],
    });
  }
  return [...sets.values()];
}

/** Deployments of a service in an environment, from the first of this version on: what its stays are made of. */
export async function deploymentsSince(
  db: Db,
  environment: string,
  build: Artifact,
): Promise<PastDeployment[]> {
  const rows = await db
    .selectFrom('deployments')
    .selectAll()
    .where('environment', '=', environment)
    .where('service', '=', build.service)
    .where('started_at', '>=', (query) =>
      query
        .selectFrom('deployments')
        .select((of) => of.fn.min('started_at').as('first'))
        .where('environment', '=', environment)
        .where('service', '=', build.service)
        .where('version', '=', build.version),
    )
    .orderBy('started_at')
    .execute();
  return rows.map((row) => ({
    ...buildOf(row),
    status: row.status as PastDeployment['status'],
    startedAt: row.started_at.toISOString(),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
  }));
}

const succeeded = (db: Db, environment: string, service: string) =>
  db
    .selectFrom('deployments')
    .selectAll()
    .where('environment', '=', environment)
    .where('service', '=', service)
    .where('status', '=', 'succeeded');

/** Deployments of a service there that ended well, newest first: what can be gone back to. */
export async function endedWell(db: Db, environment: string, service: string): Promise<EndedDeployment[]> {
  const rows = await succeeded(db, environment, service)
    .where('ended_at', 'is not', null)
    .orderBy('ended_at', 'desc')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    ...buildOf(row),
    status: 'succeeded',
    ...(row.release_id === null ? { adopted: true } : {}),
    endedAt: (row.ended_at ?? row.started_at).toISOString(),
  }));
}

/** When a version was first asked for, or first deployed; undefined where neither ever happened. */
export async function firstSeen(db: Db, { service, version }: Artifact): Promise<string | undefined> {
  const asked = await db
    .selectFrom('releases')
    .innerJoin('release_components', 'release_components.release_id', 'releases.id')
    .select((of) => of.fn.min('releases.created_at').as('at'))
    .where('release_components.service', '=', service)
    .where('release_components.version', '=', version)
    .executeTakeFirst();
  const deployed = await db
    .selectFrom('deployments')
    .select((of) => of.fn.min('started_at').as('at'))
    .where('service', '=', service)
    .where('version', '=', version)
    .executeTakeFirst();
  const times = [asked?.at, deployed?.at].flatMap((at) => (at ? [at.getTime()] : []));
  return times.length > 0 ? new Date(Math.min(...times)).toISOString() : undefined;
}
