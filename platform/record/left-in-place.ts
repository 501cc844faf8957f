import { sql } from 'kysely';
import type { NameOf } from '../../domain/release/names.ts';
import type { ReleaseView } from '../../domain/release/release.ts';
import { headlineSince } from '../../domain/release/words.ts';
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

/** Releases that something was left of at their end: only of these there is a since. */
const hasLeft = ({ ended, residue }: ReleaseView): boolean =>
  ended !== undefined && (residue === 'left' || residue === 'partial');

/**
 * What has the place since where this release had left something when it ended: the last word of a person on it (`gantry adopt`), or the last
 * later release that got all of it or went back there.
 */
export const saidSince = async (db: Db, view: ReleaseView): Promise<SaidSince[]> =>
  (await saidSinceEach(db, [view])).get(view.id) ?? [];

/** A release with what has the places since that it had left something in; absent: nothing has. Its headline is what is true now. */
export interface ListedRelease extends ReleaseView {
  saidSince?: SaidSince[];
}

/** Releases with what has been said since of each, and the headline that is true now: for lists, in one more query a page, or none. */
export async function asOfNow(db: Db, views: readonly ReleaseView[]): Promise<ListedRelease[]> {
  const each = await saidSinceEach(db, views);
  return views.map((view) => {
    const said = each.get(view.id);
    return said ? { ...view, saidSince: said, headline: headlineSince(view, said) } : view;
  });
}

/** {@link saidSince} of many, by their ids; those of which nothing was said are not in it. */
async function saidSinceEach(db: Db, views: readonly ReleaseView[]): Promise<Map<string, SaidSince[]>> {
  const left = new Map(views.filter(hasLeft).map((view) => [view.id, view]));
  const said = new Map<string, SaidSince[]>();
  if (left.size === 0) return said;
  const rows = await rowsSince(db, [...left.keys()]);
  if (rows.length === 0) return said;
  const nameOf = await personNames(db);
  for (const row of rows) {
    const own = left.get(row.left_by ?? '')?.components.map(({ service }) => service) ?? [];
    said.set(row.left_by ?? '', [...(said.get(row.left_by ?? '') ?? []), sinceOf(row, own, nameOf)]);
  }
  return said;
}

type RowSince = Awaited<ReturnType<typeof rowsSince>>[number];

/** For each release and place that it left something in: what has all of it since, the last of these. */
const rowsSince = async (db: Db, releaseIds: readonly string[]) =>
  db
    .selectFrom('deployments as left')
    .innerJoin('deployments as later', (join) =>
      join
        .onRef('later.environment', '=', 'left.environment')
        .onRef('later.service', '=', 'left.service')
        .onRef('later.started_at', '>', 'left.started_at'),
    )
    .leftJoin('releases', 'releases.id', 'later.release_id')
    .distinctOn(['left.release_id', 'later.environment', 'later.service'])
    .select(['left.release_id as left_by', 'later.environment', 'later.service', 'later.version'])
    .select([
      'later.by_id',
      'later.release_id',
      'later.previous_version',
      'later.status',
      'releases.services',
    ])
    .select(
      sql<Date>`case when later.status = 'rolledBack' then later.ended_at
        else coalesce(later.exposed_at, later.ended_at, later.started_at) end`.as('at'),
    )
    .where('left.release_id', '=', sql<string>`any(${releaseIds}::text[])`)
    .where('left.status', '=', 'left')
    .where(sql<boolean>`not ${saidBeforeEnd('left')}`)
    .where(
      sql<boolean>`(later.release_id is null or later.exposed_at is not null or later.status in ('succeeded', 'rolledBack'))`,
    )
    .orderBy('left.release_id')
    .orderBy('later.environment')
    .orderBy('later.service')
    .orderBy('later.started_at', 'desc')
    .execute();

/** @param own services of the release that left something: who sees that release sees another of the same */
function sinceOf(row: RowSince, own: readonly string[], nameOf: NameOf): SaidSince {
  const { environment, service, release_id: releaseId, by_id: by } = row;
  const isBack = row.status === 'rolledBack';
  const version = isBack ? (row.previous_version ?? 'nothing') : row.version;
  const isNamed = row.services?.every((one) => own.includes(one)) ?? false;
  const said = {
    ...{ environment, service, version, at: row.at.toISOString(), by },
    ...(releaseId !== null && isNamed ? { releaseId } : {}),
  };
  return {
    ...said,
    sentence: releaseId === null ? saidSinceWords(said, nameOf) : takenSinceWords(said, { isBack }),
  };
}
