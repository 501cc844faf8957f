import type { Db } from '../../database/open.ts';
import { raiseRevision } from './revision.ts';
import { addWakes, type Waiting } from './wakes.ts';

/**
 * What changed somewhere: in an environment (of one service, or at all), or with a release as a whole, for which those wait,
 * too, that need a version of one of its services.
 */
export interface Happening {
  environment?: string;
  service?: string;
  releaseId?: string;
}

/** Open releases that wait for something there, oldest first, each once. */
export async function dependantsOf(
  db: Db,
  { environment, service, releaseId }: Happening,
): Promise<(Waiting & { releaseId: string })[]> {
  const rows = await db
    .selectFrom('release_dependencies')
    .innerJoin('releases', 'releases.id', 'release_dependencies.release_id')
    .select(['releases.id', 'releases.workflow_id', 'releases.created_at'])
    .distinct()
    .where('releases.ended_at', 'is', null)
    .where('release_dependencies.state', '!=', 'dropped')
    .where((row) =>
      row.or([
        ...(releaseId === undefined
          ? []
          : [
              row.and([row('kind', '=', 'release'), row('other_release', '=', releaseId)]),
              row.and([
                row('kind', '=', 'version'),
                row('releases.id', '!=', releaseId),
                row('service', 'in', servicesOf(db, releaseId)),
              ]),
            ]),
        ...(environment === undefined
          ? []
          : [
              row.and([
                row('kind', '=', 'version'),
                row('environment', '=', environment),
                ...(service === undefined ? [] : [row('service', '=', service)]),
              ]),
            ]),
      ]),
    )
    .orderBy('releases.created_at')
    .orderBy('releases.id')
    .execute();
  return rows.map((row) => ({ releaseId: row.id, workflowId: row.workflow_id }));
}

const servicesOf = (db: Db, releaseId: string) =>
  db
    .selectFrom('release_components')
    .select('release_components.service')
    .where('release_id', '=', releaseId);

/**
 * Wakes the releases that wait for what has changed, in the transaction that recorded it; the log has said it already.
 * Answers how many they are. Where nobody waits, nothing is locked and nothing changes.
 */
export async function wakeDependants(trx: Db, o: Happening & { sentence?: string }): Promise<number> {
  if (o.releaseId === undefined && o.environment === undefined) return 0;
  const waiting = await dependantsOf(trx, o);
  if (waiting.length === 0) return 0;
  const revision = await raiseRevision(trx);
  await addWakes(trx, { waiting, cause: o.sentence ?? sentenceOf(o), revision });
  return waiting.length;
}

function sentenceOf({ environment, service }: Happening): string {
  if (environment === undefined) return 'A release that this one waits for has changed.';
  return `What runs in ${environment}${service === undefined ? '' : ` of ${service}`} has changed.`;
}
