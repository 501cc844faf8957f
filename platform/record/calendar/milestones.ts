import { sql, type Selectable } from 'kysely';
import { milestoneKinds, releaseTitle, type MilestoneView } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

/** A milestone with the release that it belongs to, for calendars. */
export interface DatedMilestone extends MilestoneView {
  releaseId: string;
  title: string;
  services: string[];
}

/** Puts the milestones of a release in the place of those that it had; one that was reached keeps when. */
export async function writeMilestones(
  trx: Db,
  releaseId: string,
  milestones: readonly MilestoneView[],
): Promise<void> {
  const kinds = milestones.map(({ kind }) => kind);
  await trx
    .deleteFrom('milestones')
    .where('release_id', '=', releaseId)
    .where('kind', 'not in', kinds.length === 0 ? [sql<never>`''`] : kinds)
    .execute();
  if (milestones.length === 0) return;
  await trx
    .insertInto('milestones')
    .values(
      milestones.map(({ kind, plannedAt, owner, estimateAt, actualAt }) => ({
        release_id: releaseId,
        kind,
        planned_at: plannedAt,
        owner: owner ?? null,
        estimate_at: estimateAt,
        actual_at: actualAt ?? null,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['release_id', 'kind']).doUpdateSet((row) => ({
        planned_at: row.ref('excluded.planned_at'),
        owner: row.ref('excluded.owner'),
        estimate_at: row.ref('excluded.estimate_at'),
        actual_at: sql<Date>`coalesce(milestones.actual_at, excluded.actual_at)`,
      })),
    )
    .execute();
}

/** In the order in which milestones come, not that of their dates. */
export async function milestonesOf(db: Db, releaseId: string): Promise<MilestoneView[]> {
  const rows = await db.selectFrom('milestones').selectAll().where('release_id', '=', releaseId).execute();
  return rows
    .map(milestoneOf)
    .sort((a, b) => milestoneKinds.indexOf(a.kind) - milestoneKinds.indexOf(b.kind));
}

/** Milestones that are planned, expected or reached within `[from, to)`, by their planned dates. */
export async function milestonesBetween(
  db: Db,
  o: { from: string; to: string; service?: string; environment?: string },
): Promise<DatedMilestone[]> {
  const when = sql<Date>`coalesce(actual_at, estimate_at, planned_at)`;
  const [from, to] = [new Date(o.from), new Date(o.to)];
  let query = db
    .selectFrom('milestones')
    .innerJoin('releases', 'releases.id', 'milestones.release_id')
    .selectAll('milestones')
    .select(['services', 'versions'])
    .where((row) =>
      row.or([
        row.and([row('planned_at', '>=', from), row('planned_at', '<', to)]),
        row.and([row(when, '>=', from), row(when, '<', to)]),
      ]),
    );
  if (o.service !== undefined) query = query.where(sql<boolean>`${o.service} = any(services)`);
  // Of a release that is not planned yet nobody knows where it goes.
  if (o.environment !== undefined)
    query = query.where(
      sql<boolean>`(jsonb_array_length(view->'stages') = 0
        or view->'stages' @> jsonb_build_array(jsonb_build_object('environment', ${o.environment}::text)))`,
    );
  const rows = await query.orderBy('planned_at').orderBy('release_id').execute();
  return rows.map((row) => ({
    ...milestoneOf(row),
    releaseId: row.release_id,
    title: releaseTitle(
      row.services.map((service, index) => ({ service, version: row.versions[index] ?? '' })),
    ),
    services: row.services,
  }));
}

const milestoneOf = (row: Selectable<Database['milestones']>): MilestoneView => ({
  kind: row.kind,
  plannedAt: row.planned_at.toISOString(),
  ...(row.owner === null ? {} : { owner: row.owner }),
  estimateAt: (row.estimate_at ?? row.planned_at).toISOString(),
  ...(row.actual_at === null ? {} : { actualAt: row.actual_at.toISOString() }),
});
