import { sql } from 'kysely';
import type { ReleaseView } from '../../domain/release/release.ts';
import { leftBy, type LeftInPlace, type LeftPart } from '../../domain/rollout/live-in-part.ts';
import { saidSinceWords, takenSinceWords, type SaidSince } from '../../domain/rollout/left-then.ts';
import type { Db } from '../database/open.ts';
import { openReleases } from './find-releases.ts';
import { standingQuarantines } from './gates/quarantines.ts';
import { personNames } from './person-names.ts';
import { whatRuns } from './running.ts';

/**
 * A word for what runs somewhere (`gantry adopt`) says nothing of what a deployment has left that ended after it: it tells of the moment at which
 * it was given.
 */
const saidBeforeEnd = (left: string) =>
  sql<boolean>`(later.release_id is null and coalesce(later.started_at < ${sql.ref(`${left}.ended_at`)}, false))`;

/**
 * What ended releases have left where they ended, oldest first, until something else has the whole place: a later deployment that got
 * all of it or was taken back, or a team's word for what runs there (`gantry adopt`). Of one release, where it is named.
 */
export async function leftInPlace(db: Db, releaseId?: string): Promise<LeftInPlace[]> {
  const later = (is: string) => sql<boolean>`exists (
    select from deployments later
    where later.environment = deployments.environment and later.service = deployments.service
      and later.started_at > deployments.started_at and not ${saidBeforeEnd('deployments')} and ${sql.raw(is)})`;
  return db
    .selectFrom('deployments')
    .innerJoin('releases', 'releases.id', 'deployments.release_id')
    .select(['deployments.environment', 'deployments.service', 'releases.view'])
    .select(later(`not (later.status = 'failed' and later.exposure = 0)`).as('isTouched'))
    .where('deployments.status', '=', 'left')
    .$if(releaseId !== undefined, (query) => query.where('deployments.release_id', '=', releaseId ?? ''))
    .where(
      sql<boolean>`not ${later(`(later.exposed_at is not null or later.status in ('succeeded', 'rolledBack'))`)}`,
    )
    .orderBy('deployments.started_at')
    .execute();
}

/** What one release has left, place by place, with how to clear it; nothing while it is open. */
export async function leftOf(db: Db, view: ReleaseView): Promise<LeftPart[]> {
  const left = view.ended ? await leftInPlace(db, view.id) : [];
  if (left.length === 0) return [];
  const [open, running, quarantines] = await Promise.all([
    openReleases(db),
    whatRuns(db),
    standingQuarantines(db),
  ]);
  return leftBy(view, { open, left, running, quarantines });
}

/**
 * What has the place since where this release had left something when it ended: the last word of a person on it (`gantry adopt`), or the last
 * later release that got all of it or went back there.
 */
export async function saidSince(db: Db, view: ReleaseView): Promise<SaidSince[]> {
  if (!view.ended) return [];
  const rows = await db
    .selectFrom('deployments as left')
    .innerJoin('deployments as later', (join) =>
      join
        .onRef('later.environment', '=', 'left.environment')
        .onRef('later.service', '=', 'left.service')
        .onRef('later.started_at', '>', 'left.started_at'),
    )
    .leftJoin('releases', 'releases.id', 'later.release_id')
    .distinctOn(['later.environment', 'later.service'])
    .select(['later.environment', 'later.service', 'later.version', 'later.by_id', 'later.release_id'])
    .select(['later.previous_version', 'later.status', 'releases.services'])
    .select(
      sql<Date>`case when later.status = 'rolledBack' then later.ended_at
        else coalesce(later.exposed_at, later.ended_at, later.started_at) end`.as('at'),
    )
    .where('left.release_id', '=', view.id)
    .where('left.status', '=', 'left')
    .where(sql<boolean>`not ${saidBeforeEnd('left')}`)
    .where(
      sql<boolean>`(later.release_id is null or later.exposed_at is not null or later.status in ('succeeded', 'rolledBack'))`,
    )
    .orderBy('later.environment')
    .orderBy('later.service')
    .orderBy('later.started_at', 'desc')
    .execute();
  if (rows.length === 0) return [];
  const nameOf = await personNames(db);
  const own = view.components.map(({ service }) => service);
  return rows.map((row): SaidSince => {
    const { environment, service, release_id: releaseId, by_id: by } = row;
    const isBack = row.status === 'rolledBack';
    const version = isBack ? (row.previous_version ?? 'nothing') : row.version;
    const isNamed = row.services?.every((one) => own.includes(one)) ?? false; // who sees this release sees that one
    const said = {
      ...{ environment, service, version, at: row.at.toISOString(), by },
      ...(releaseId !== null && isNamed ? { releaseId } : {}),
    };
    return {
      ...said,
      sentence: releaseId === null ? saidSinceWords(said, nameOf) : takenSinceWords(said, { isBack }),
    };
  });
}
