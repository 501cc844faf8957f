import { sql } from 'kysely';
import { releaseTitle, type ReleaseView } from '../../domain/release/release.ts';
import type { Db } from '../database/open.ts';

/** A release that has taken another's place. */
export interface Successor {
  id: string;
  title: string;
}

/** The newest release that was asked for in the place of this one; undefined where it gave way to whatever was newer. */
export async function successorOf(db: Db, { id, components }: ReleaseView): Promise<Successor | undefined> {
  const services = components.map(({ service }) => service);
  const row = await db
    .selectFrom('releases')
    .select(['id', 'release_order'])
    .where('id', 'in', (query) =>
      query.selectFrom('release_components').select('release_id').where('service', 'in', services),
    )
    .where(sql<boolean>`release_order -> 'supersedes' @> ${JSON.stringify([id])}::jsonb`)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, title: releaseTitle(row.release_order.components) };
}
