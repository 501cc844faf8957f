import { deploymentId } from '../../domain/release/operation-id.ts';
import type { Db } from '../../platform/database/open.ts';
import type { WatchedPlace, WatchedStanding } from '../contract-watch.ts';

/** Whether a newer deployment than the watched one has finished there, also one that people recorded by hand. */
export async function readWatched(
  db: Db,
  { releaseId, environment, component }: WatchedPlace,
): Promise<WatchedStanding> {
  const { service } = component;
  const own = await db
    .selectFrom('deployments')
    .select('started_at')
    .where('id', '=', deploymentId({ releaseId, environment, service }))
    .executeTakeFirst();
  const newer = await db
    .selectFrom('deployments')
    .select(['version', 'ended_at', 'started_at'])
    .where('environment', '=', environment)
    .where('service', '=', service)
    .where('status', '=', 'succeeded')
    .$if(own !== undefined, (query) => query.where('started_at', '>', own?.started_at ?? new Date(0)))
    .where((row) => row.or([row('release_id', 'is', null), row('release_id', '!=', releaseId)]))
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
  if (!own || !newer) return {};
  const at = (newer.ended_at ?? newer.started_at).toISOString();
  return { superseded: { title: `${service} ${newer.version}`, at } };
}
