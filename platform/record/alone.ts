import { sql } from 'kysely';
import { stageBefore, whyNotAlone, type EndedBuild } from '../../domain/release/alone.ts';
import { targetOf } from '../../domain/release/admit.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import type { Artifact } from '../../domain/release/artifact.ts';
import type { Db } from '../database/open.ts';

interface Asked {
  components: readonly Artifact[];
  to?: string;
}

/**
 * The facts of an ALONE_REFUSED where the record does not prove the builds well enough for their last environment alone; undefined where it does.
 * @param o.isResolved the commits of builds with a source have been looked up, so that a name stands for nothing any more
 */
export async function whyNotAloneIn(
  db: Db,
  policy: Policy,
  { components, to }: Asked,
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
  const refusal = whyNotAlone(components, {
    environment,
    ...(before === undefined ? {} : { before }),
    ended: await endedBuilds(db, places, components),
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
  const rows = await db
    .selectFrom('deployments')
    .select(['environment', 'service', 'version', 'digest', 'commit_id', 'release_id', 'status', 'ended_at'])
    .where('environment', '=', sql<string>`any(${environments}::text[])`)
    .where('service', '=', sql<string>`any(${builds.map(({ service }) => service)}::text[])`)
    .where('version', '=', sql<string>`any(${builds.map(({ version }) => version)}::text[])`)
    .where(sql<boolean>`(status in ('succeeded', 'rolledBack') or (status = 'failed' and exposure > 0))`)
    .where('ended_at', 'is not', null)
    .execute();
  return rows.map(({ environment, service, version, digest, commit_id, release_id, status, ended_at }) => ({
    ...{ environment, service, version },
    ...{ isGood: status === 'succeeded', at: ended_at?.toISOString() ?? '' },
    ...(digest === null ? {} : { digest }),
    ...(commit_id === null ? {} : { commit: commit_id }),
    ...(release_id === null ? { adopted: true } : {}),
  }));
}
