import { sql } from 'kysely';
import type { EndedBuild } from '../../domain/release/alone.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import { compareVersions } from '../../domain/release/version.ts';
import type { Db } from '../database/open.ts';

/**
 * Deployments of these services in one of these environments, by a release or a team's word: those of these versions that have ended well or
 * have gone wrong, and all by which a release went back and that ended well. One that was left in part is neither well nor wrong, nor is one
 * that failed before any of it came out.
 */
export async function endedBuilds(
  db: Db,
  environments: readonly string[],
  builds: readonly Artifact[],
): Promise<EndedBuild[]> {
  const rows = await db
    .selectFrom('deployments')
    .leftJoin('releases', 'releases.id', 'deployments.release_id')
    .select([
      'environment',
      'service',
      'version',
      'previous_version',
      'digest',
      'commit_id',
      'release_id',
      'mode',
    ])
    .select(['intent', 'status', 'deployments.ended_at as at'])
    .where('environment', '=', sql<string>`any(${environments}::text[])`)
    .where('service', '=', sql<string>`any(${builds.map(({ service }) => service)}::text[])`)
    .where('deployments.ended_at', 'is not', null)
    .where(
      sql<boolean>`(
        (version = any(${builds.map(({ version }) => version)}::text[])
          and (deployments.status in ('succeeded', 'rolledBack') or (deployments.status = 'failed' and exposure > 0)))
        or (deployments.status = 'succeeded' and (intent = 'rollback' or (intent is null and mode = 'rollback'))))`,
    )
    .execute();
  return rows.map(({ environment, service, version, digest, commit_id, release_id, status, at, ...row }) => {
    const way = row.mode === 'redeploy' ? 'again' : wentBack({ version, ...row }) ? 'back' : undefined;
    return {
      ...{ environment, service, version },
      ...{ isGood: status === 'succeeded', at: at?.toISOString() ?? '' },
      ...(digest === null ? {} : { digest }),
      ...(commit_id === null ? {} : { commit: commit_id }),
      ...(row.previous_version === null ? {} : { previous: row.previous_version }),
      ...(release_id === null ? { adopted: true } : {}),
      ...(way ? { way } : {}),
    };
  });
}

/**
 * Only who asked to go back goes back: an urgent release that passes a stage with a newer version is forward, whatever its mode is there. Of two
 * versions that nobody can order the intent alone tells. Where the record has no release of it, its mode does.
 */
const wentBack = (o: {
  mode: string;
  intent: string | null;
  version: string;
  previous_version: string | null;
}): boolean =>
  (o.intent ?? o.mode) === 'rollback' &&
  (o.mode === 'rollback' ||
    (o.previous_version !== null && compareVersions(o.version, o.previous_version) === undefined));
