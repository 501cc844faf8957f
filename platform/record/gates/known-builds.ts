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
  const released = await db
    .selectFrom('releases')
    .select(['view'])
    .where(sql<boolean>`${service} = any(services)`)
    .where(sql<boolean>`${version} = any(versions)`)
    .execute();
  const components = released
    .flatMap(({ view }) => view.components)
    .filter((one) => one.service === service && one.version === version);
  const builds = [...deployed, ...components].map(({ digest, commit }) => ({
    ...(typeof digest === 'string' ? { digest } : {}),
    ...(typeof commit === 'string' ? { commit } : {}),
  }));
  const told = builds.filter((one) =>
    one.digest === undefined ? one.commit !== undefined : named === undefined || one.digest === named,
  );
  return [...new Map(told.map((one) => [JSON.stringify([one.digest, one.commit]), one])).values()];
}
