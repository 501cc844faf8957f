import { sql } from 'kysely';
import type { Policy } from '../../../domain/policy/policy.schema.ts';
import { followsByDefaultMs, type ExposedDeployment } from '../../../domain/watch/attribution.ts';
import type { Db } from '../../database/open.ts';

/** So many deployments before an incident are looked at: far more than are ever followed at once. */
const lookedAt = 50;

/**
 * Deployments of a service that an incident at this instant may come from, newest first. What was adopted was no deployment
 * of ours, and one whose first step never began reached nobody.
 */
export async function exposedBefore(
  db: Db,
  o: { service: string; environments: readonly string[]; startedAt: string },
): Promise<ExposedDeployment[]> {
  const rows = await db
    .selectFrom('deployments')
    .selectAll()
    .where('service', '=', o.service)
    .where('environment', '=', sql<string>`any(${[...o.environments]}::text[])`)
    .where('release_id', 'is not', null)
    .where('started_at', '<=', new Date(o.startedAt))
    .where(sql<boolean>`not (status = 'failed' and exposure = 0 and exposed_at is null)`)
    .orderBy('started_at', 'desc')
    .limit(lookedAt)
    .execute();
  return rows.map((row) => {
    const hasStayed = row.status !== 'running' && row.status !== 'rolledBack';
    const full = row.exposed_at ?? (hasStayed ? row.ended_at : null);
    return {
      id: row.id,
      ...(row.release_id === null ? {} : { releaseId: row.release_id }),
      environment: row.environment,
      service: row.service,
      version: row.version,
      exposedFrom: row.started_at.toISOString(),
      ...(full === null ? {} : { fullyExposedAt: full.toISOString() }),
      ...(row.status === 'rolledBack' && row.ended_at !== null
        ? { takenBackAt: row.ended_at.toISOString() }
        : {}),
      followMs: row.follow_ms ?? followsByDefaultMs,
    };
  });
}

/**
 * Environments in which an incident of a service may lie: the one that was named, else those of production, else the last of
 * its pipeline.
 */
export function placesOf(
  policy: Policy,
  { service, environment }: { service: string; environment?: string },
) {
  if (environment !== undefined) return [environment];
  const pipeline = policy.services.find(({ id }) => id === service)?.pipeline;
  const stages = (pipeline === undefined ? undefined : policy.pipelines[pipeline]) ?? [];
  const on = (id: string): boolean => policy.environments.some((one) => one.id === id && one.production);
  const production = stages.map((stage) => stage.environment).filter(on);
  return production.length > 0 ? production : stages.slice(-1).map((stage) => stage.environment);
}
