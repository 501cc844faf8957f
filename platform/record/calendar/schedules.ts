import { sql, type Selectable } from 'kysely';
import type { Schedule } from '../../../domain/calendar/model.ts';
import { notBefore } from '../../../domain/release/postponed-start.ts';
import { hasStarted } from '../../../domain/release/stage-started.ts';
import { releaseTitle } from '../../../domain/release/release.ts';
import type { Db } from '../../database/open.ts';
import type { Database } from '../../database/schema.ts';

/** When a release wants to start in a stage, and when it is expected to. Instants; `[start, end)`. */
export interface ScheduleRecord {
  releaseId: string;
  stage: string;
  schedule?: Schedule;
  predicted?: { start: string; end: string };
  /** Rises whenever something of it changes. */
  revision: number;
  updatedAt: string;
}

/** The same with what people call the release, for calendars. */
export interface DatedRelease extends ScheduleRecord {
  title: string;
  services: string[];
  state: string;
  headline: string;
  /** When the headline was written. */
  headlineAt: string;
  endedAt?: string;
  /** State of the stage, once the release is planned. */
  stageState?: string;
}

/**
 * Notes what is planned and expected of one stage of a release; left-out parts are no more. Answers what was expected
 * before, where that is another now: dependants and owners want to know old and new (semantics §2, "Delay").
 */
export async function saveSchedule(
  db: Db,
  o: Pick<ScheduleRecord, 'releaseId' | 'stage' | 'schedule' | 'predicted'> & { at: string },
): Promise<{ isNew: boolean; before?: ScheduleRecord['predicted'] }> {
  const plan = {
    at: o.schedule?.at ?? null,
    start_by: o.schedule?.startBy ?? null,
    next: o.schedule?.next ?? false,
    predicted_start: o.predicted?.start ?? null,
    predicted_end: o.predicted?.end ?? null,
  };
  const before = await scheduleRow(db, o.releaseId, o.stage);
  const written = await db
    .insertInto('release_schedules')
    .values({ release_id: o.releaseId, stage: o.stage, ...plan, updated_at: o.at })
    .onConflict((conflict) =>
      conflict
        .columns(['release_id', 'stage'])
        .doUpdateSet({ ...plan, updated_at: o.at, revision: sql<number>`release_schedules.revision + 1` })
        .where(
          sql<boolean>`(release_schedules.at, release_schedules.start_by, release_schedules.next,
            release_schedules.predicted_start, release_schedules.predicted_end)
            is distinct from (excluded.at, excluded.start_by, excluded.next, excluded.predicted_start, excluded.predicted_end)`,
        ),
    )
    .returning('revision')
    .executeTakeFirst();
  const predicted = before && scheduleOf(before).predicted;
  return { isNew: written !== undefined, ...(written && predicted ? { before: predicted } : {}) };
}

const scheduleRow = (db: Db, releaseId: string, stage: string) =>
  db
    .selectFrom('release_schedules')
    .selectAll()
    .where('release_id', '=', releaseId)
    .where('stage', '=', stage)
    .executeTakeFirst();

/** What is planned and expected of each stage of a release. */
export async function schedulesOf(db: Db, releaseId: string): Promise<ScheduleRecord[]> {
  const rows = await db
    .selectFrom('release_schedules')
    .selectAll()
    .where('release_id', '=', releaseId)
    .orderBy('predicted_start')
    .orderBy('stage')
    .execute();
  return rows.map(scheduleOf);
}

/** When the last postponement of a release ends that nobody has lifted, as `postponedUntil` says of its view. */
const postponed = sql`(select max((one->>'until')::timestamptz)
  from jsonb_array_elements(coalesce(view->'postponements', '[]'::jsonb)) as one where one->'lifted' is null)`;

/** Stages that are planned or expected to be deployed within `[from, to)`, earliest first, what is postponed not before that ends; ended releases, too, if asked. */
export async function schedulesBetween(
  db: Db,
  o: { from: string; to: string; environment?: string; service?: string; ended?: boolean },
): Promise<DatedRelease[]> {
  const late = sql`greatest(${postponed} - coalesce(predicted_start, at), interval '0')`;
  const starts = sql<Date>`coalesce(predicted_start, at) + ${late}`;
  let query = db
    .selectFrom('release_schedules')
    .innerJoin('releases', 'releases.id', 'release_schedules.release_id')
    .selectAll('release_schedules')
    .select(['services', 'versions', 'state', 'headline', 'ended_at', 'releases.updated_at as headline_at'])
    .select(sql<Date | null>`${postponed}`.as('postponed_until'))
    .select(
      sql<string | null>`(select one->>'state' from jsonb_array_elements(view->'stages') as one
        where one->>'environment' = release_schedules.stage limit 1)`.as('stage_state'),
    )
    .where(starts, '<', new Date(o.to))
    .where(sql<Date>`coalesce(predicted_end, predicted_start, at) + ${late}`, '>=', new Date(o.from));
  if (!o.ended) query = query.where('ended_at', 'is', null);
  if (o.environment !== undefined) query = query.where('release_schedules.stage', '=', o.environment);
  if (o.service !== undefined) query = query.where(sql<boolean>`${o.service} = any(services)`);
  const rows = await query.orderBy(starts).orderBy('release_schedules.release_id').execute();
  return rows.map((row) => ({
    ...postponedTo(scheduleOf(row), row),
    title: releaseTitle(
      row.services.map((service, index) => ({ service, version: row.versions[index] ?? '' })),
    ),
    services: row.services,
    state: row.state,
    headline: row.headline,
    headlineAt: row.headline_at.toISOString(),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
    ...(row.stage_state === null ? {} : { stageState: row.stage_state }),
  }));
}

function postponedTo(
  record: ScheduleRecord,
  {
    postponed_until: until,
    stage_state: state,
  }: { postponed_until: Date | null; stage_state: string | null },
): ScheduleRecord {
  const { predicted } = record;
  if (!predicted || until === null || hasStarted(state ?? undefined)) return record;
  const { start, end } = notBefore(predicted, until.toISOString());
  return { ...record, predicted: { start, end } };
}

function scheduleOf(row: Selectable<Database['release_schedules']>): ScheduleRecord {
  const schedule: Schedule = {
    ...(row.at === null ? {} : { at: row.at.toISOString() }),
    ...(row.start_by === null ? {} : { startBy: row.start_by.toISOString() }),
    ...(row.next ? { next: true } : {}),
  };
  return {
    releaseId: row.release_id,
    stage: row.stage,
    ...(Object.keys(schedule).length === 0 ? {} : { schedule }),
    ...(row.predicted_start === null || row.predicted_end === null
      ? {}
      : {
          predicted: { start: row.predicted_start.toISOString(), end: row.predicted_end.toISOString() },
        }),
    revision: row.revision,
    updatedAt: row.updated_at.toISOString(),
  };
}
