import { sql } from 'kysely';
import { stageBefore, whyNotAlone, type EndedBuild, type WayBack } from '../../domain/release/alone.ts';
import { targetOf } from '../../domain/release/admit.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import type { Intent } from '../../domain/release/state.ts';
import { compareVersions } from '../../domain/release/version.ts';
import type { Db } from '../database/open.ts';

interface Asked {
  components: readonly Artifact[];
  intent: Intent;
  to?: string;
}

/**
 * The facts of an ALONE_REFUSED where the record does not prove the builds well enough for their last environment alone; undefined where it does.
 * @param o.isResolved the commits of builds with a source have been looked up, so that a name stands for nothing any more
 */
export async function whyNotAloneIn(
  db: Db,
  policy: Policy,
  { components, intent, to }: Asked,
  { isResolved }: { isResolved: boolean },
): Promise<Record<string, string> | undefined> {
  const environment = targetOf({ components: [...components], policy, ...(to === undefined ? {} : { to }) });
  if (environment === undefined) return undefined; // refused for that already
  const services = policy.services.filter(({ id }) => components.some(({ service }) => service === id));
  const stages = policy.pipelines[services[0]?.pipeline ?? ''] ?? [];
  const before = stageBefore(
    stages.map((stage) => stage.environment),
    environment,
  );
  const places = before === undefined ? [environment] : [environment, before];
  const [ended, waysBack] = await Promise.all([
    endedBuilds(db, places, components),
    intent === 'deploy' ? waysBackIn(db, places, components) : [],
  ]);
  const refusal = whyNotAlone(components, {
    ...{ environment, intent, ended, waysBack },
    ...(before === undefined ? {} : { before }),
    unresolved: isResolved ? [] : services.filter(({ source }) => source).map(({ id }) => id),
    sourceless: services.filter(({ source }) => !source).map(({ id }) => id),
  });
  return refusal && { environment, detail: refusal.because, fix: refusal.remedy };
}

/**
 * Deployments of these services and versions in one of these environments, by a release or a team's word, that have ended well or have gone
 * wrong. One that was left in part is neither, nor is one that failed before any of it came out.
 */
async function endedBuilds(
  db: Db,
  environments: readonly string[],
  builds: readonly Artifact[],
): Promise<EndedBuild[]> {
  const rows = await deploymentsIn(db, environments, builds)
    .where('version', '=', sql<string>`any(${builds.map(({ version }) => version)}::text[])`)
    .where(
      sql<boolean>`(deployments.status in ('succeeded', 'rolledBack') or (deployments.status = 'failed' and exposure > 0))`,
    )
    .execute();
  return rows.map(({ environment, service, version, digest, commit_id, release_id, status, at, ...row }) => ({
    ...{ environment, service, version },
    ...{ isGood: status === 'succeeded', at: at?.toISOString() ?? '' },
    ...(digest === null ? {} : { digest }),
    ...(commit_id === null ? {} : { commit: commit_id }),
    ...(release_id === null ? { adopted: true } : {}),
    ...(row.mode === 'redeploy' || wentBack({ version, ...row }) ? { notForward: true } : {}),
  }));
}

/** Deployments by which releases went back there, to whatever version, and that have ended well. */
async function waysBackIn(
  db: Db,
  environments: readonly string[],
  builds: readonly Artifact[],
): Promise<WayBack[]> {
  const rows = await deploymentsIn(db, environments, builds)
    .where('deployments.status', '=', 'succeeded')
    .where(sql<boolean>`(mode = 'rollback' or intent = 'rollback')`)
    .where('release_id', 'is not', null)
    .execute();
  return rows.filter(wentBack).map(({ environment, service, version, previous_version, at }) => ({
    ...{ environment, service, version, at: at?.toISOString() ?? '' },
    ...(previous_version === null ? {} : { previous: previous_version }),
  }));
}

/** Where nobody can tell which of two versions is older, the release says by its intent whether it goes back. */
const wentBack = ({
  mode,
  intent,
  version,
  previous_version: previous,
}: {
  mode: string;
  intent: string | null;
  version: string;
  previous_version: string | null;
}): boolean =>
  mode === 'rollback' ||
  (intent === 'rollback' && previous !== null && compareVersions(version, previous) === undefined);

/** Deployments of these services that have ended there, with the intent of the release. */
const deploymentsIn = (db: Db, environments: readonly string[], builds: readonly Artifact[]) =>
  db
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
      'intent',
      'status',
      'deployments.ended_at as at',
    ])
    .where('environment', '=', sql<string>`any(${environments}::text[])`)
    .where('service', '=', sql<string>`any(${builds.map(({ service }) => service)}::text[])`)
    .where('deployments.ended_at', 'is not', null);
