import { sql } from 'kysely';
import type { KnownBuild } from '../../../domain/gates/quarantine/evaluate.ts';
import type { Artifact } from '../../../domain/release/artifact.ts';
import type { Db } from '../../database/open.ts';

/**
 * The builds that a version of a service is known to be, by its deployments and by releases of it; where a digest is named, only those that may
 * have it. A tag can be moved, so there may be several, and whoever bans the version bans them all. Asked once, when it is banned: a build that comes
 * under its name later may be the mended one.
 */
export async function knownBuilds(
  db: Db,
  { service, version, digest: named }: Partial<Artifact>,
): Promise<KnownBuild[]> {
  if (service === undefined || version === undefined) return [];
  const deployed = await db
    .selectFrom('deployments')
    .select(['digest', 'commit_id as commit'])
    .where('service', '=', service)
    .where('version', '=', version)
    .execute();
  const released = await sql<{ digest: string | null; commit: string | null }>`
    select component ->> 'digest' as digest, component ->> 'commit' as commit
    from releases, jsonb_array_elements(view -> 'components') as component
    where ${service} = any(services) and ${version} = any(versions)
      and component ->> 'service' = ${service} and component ->> 'version' = ${version}`.execute(db);
  const builds = [...deployed, ...released.rows].map(({ digest, commit }) => ({
    ...(typeof digest === 'string' ? { digest } : {}),
    ...(typeof commit === 'string' ? { commit } : {}),
  }));
  const told = builds.filter((one) =>
    one.digest === undefined ? one.commit !== undefined : named === undefined || one.digest === named,
  );
  return [...new Map(told.map((one) => [JSON.stringify([one.digest, one.commit]), one])).values()];
}
