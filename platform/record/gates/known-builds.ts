import { sql } from 'kysely';
import type { KnownBuild } from '../../../domain/gates/quarantine/evaluate.ts';
import type { Artifact } from '../../../domain/release/artifact.ts';
import type { Db } from '../../database/open.ts';

/**
 * The builds that a version of a service is known to be, by its deployments and by releases of it that are open; where a digest is named, only
 * those that may have it. What a release said that came to nothing counts for nothing: who ordered it wrote it. A tag can be moved, so there may
 * be several, and whoever bans the version bans them all. Asked once, when it is banned: a build that comes under its name later may be the mended
 * one. Where it is asked afterwards, `at` is when it was banned.
 */
export async function knownBuilds(
  db: Db,
  { service, version, digest: named }: Partial<Artifact>,
  at?: Date,
): Promise<KnownBuild[]> {
  if (service === undefined || version === undefined) return [];
  const then = at ?? null;
  const { rows } = await sql<{ digest: string | null; commit: string | null }>`
    with known as (
      select digest, commit_id as commit from deployments
      where service = ${service} and version = ${version} and (${then}::timestamptz is null or started_at <= ${then})
      union
      select component ->> 'digest', component ->> 'commit'
      from releases, jsonb_array_elements(view -> 'components') as component
      where (ended_at is null or ended_at > ${then}) and (${then}::timestamptz is null or created_at <= ${then})
        and ${service} = any(services)
        and component ->> 'service' = ${service} and component ->> 'version' = ${version}
    )
    select digest, commit from known
    where coalesce(digest, commit) is not null
      and (${named ?? null}::text is null or digest is null or digest = ${named ?? null})`.execute(db);
  return rows.map(({ digest, commit }) => ({
    ...(digest === null ? {} : { digest }),
    ...(commit === null ? {} : { commit }),
  }));
}

/** Whether anybody has ever ordered or deployed a build of that name, or of that digest. */
export async function isKnownBuild(
  db: Db,
  { service, version, digest }: Partial<Artifact>,
): Promise<boolean> {
  const isIt = sql<boolean>`((service = ${service ?? null}::text and version = ${version ?? null}::text) or digest = ${digest ?? null}::text)`;
  const { rows } = await sql<{ known: boolean }>`
    select exists (select from deployments where ${isIt}) or exists (select from release_components where ${isIt}) as known`.execute(
    db,
  );
  return rows[0]?.known === true;
}
