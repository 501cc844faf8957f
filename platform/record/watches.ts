import type { Db } from '../database/open.ts';
import type { ReleaseState } from '../../domain/release/state.ts';
import type { WatchView } from '../../domain/watch/watch.ts';

/** Writes how a watched version stands; an older look never replaces a newer one. Answers whether it was newer. */
export async function saveWatch(trx: Db, number: number, view: WatchView): Promise<boolean> {
  const row = {
    number,
    view: JSON.stringify(view),
    is_over: view.result !== undefined,
    updated_at: view.updatedAt,
  };
  const { releaseId, environment, service } = view;
  const saved = await trx
    .insertInto('watches')
    .values({ release_id: releaseId, environment, service, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(['release_id', 'environment', 'service'])
        .doUpdateSet(row)
        .where('watches.number', '<', number),
    )
    .executeTakeFirst();
  return (saved.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Everything of a release that is or was watched. */
export async function watchesOf(db: Db, releaseId: string): Promise<WatchView[]> {
  const rows = await db
    .selectFrom('watches')
    .select('view')
    .where('release_id', '=', releaseId)
    .orderBy('environment')
    .orderBy('service')
    .execute();
  return rows.map(({ view }) => view);
}

/** Releases that are or were to make good this one, oldest first: ids with their headlines and states. */
export async function remediesOf(
  db: Db,
  releaseId: string,
): Promise<{ id: string; headline: string; state: ReleaseState; updatedAt: string }[]> {
  const rows = await db
    .selectFrom('releases')
    .select(['id', 'headline', 'state', 'updated_at'])
    .where((row) => row.eb(row.ref('release_order', '->>').key('remediates'), '=', releaseId))
    .orderBy('created_at')
    .execute();
  return rows.map(({ id, headline, state, updated_at }) => ({
    ...{ id, headline, state: state as ReleaseState, updatedAt: updated_at.toISOString() },
  }));
}
