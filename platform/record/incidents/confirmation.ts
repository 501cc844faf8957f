import { instantText } from '../../../domain/instant-text.ts';
import type { Incident } from '../../../domain/incidents/incident.ts';
import { releaseTitle } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import { GantryError } from '../../errors.ts';
import { readRelease } from '../releases.ts';

/** The release that was suggested, `seen` by whoever confirms it, or another one. */
export type Confirmed = { kind: 'confirm'; seen?: string } | { kind: 'release'; releaseId: string };

/** What to write down of the release that a person says is to blame. @throws STALE, INCIDENT_ATTRIBUTION_REFUSED */
export async function confirmed(
  trx: Db,
  before: Incident,
  to: Confirmed,
): Promise<{ release_id: string; deployment_id: string; version: string }> {
  const releaseId = releaseMeant(before, to);
  const release = await readRelease(trx, releaseId);
  const component = release?.components.find(({ service }) => service === before.service);
  if (!release || !component)
    throw refused(
      `${release ? releaseTitle(release.components) : releaseId} does not bring ${before.service}`,
    );
  const row = await lastDeployment(trx, releaseId, before);
  const title = releaseTitle(release.components);
  if (!row) throw refused(`${title} was never deployed where the incident was`);
  if (row.started_at.getTime() > Date.parse(before.startedAt))
    throw refused(
      `${title} was deployed at ${instantText(row.started_at.toISOString())}, after the incident had begun`,
    );
  return { release_id: releaseId, deployment_id: row.id, version: component.version };
}

function releaseMeant({ id, attribution }: Incident, to: Confirmed): string {
  const releaseId = to.kind === 'release' ? to.releaseId : attribution.releaseId;
  if (to.kind === 'confirm' && to.seen !== undefined && to.seen !== releaseId)
    throw new GantryError('STALE', { what: `Incident ${id}` });
  if (releaseId === undefined)
    throw refused('no release is suggested; name one, or say that none is to blame');
  return releaseId;
}

const refused = (detail: string): GantryError => new GantryError('INCIDENT_ATTRIBUTION_REFUSED', { detail });

const lastDeployment = (trx: Db, releaseId: string, { service, environment }: Incident) =>
  trx
    .selectFrom('deployments')
    .select(['id', 'started_at'])
    .where('release_id', '=', releaseId)
    .where('service', '=', service)
    .$if(environment !== undefined, (query) => query.where('environment', '=', environment ?? ''))
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
