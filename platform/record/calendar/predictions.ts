import { sql } from 'kysely';
import { instantText } from '../../../domain/instant-text.ts';
import { releaseTitle } from '../../../domain/release/release.ts';
import { inTransaction, type Db } from '../../database/open.ts';
import { openReleaseById } from './concerned.ts';
import { dependantsOf, wakeDependants } from './dependants.ts';
import { calendarRevision } from './revision.ts';
import { saveSchedule, type ScheduleRecord } from './schedules.ts';
import { watchWorkflowId } from './wakes.ts';

/** What is waited for moves with every look; nobody plans by less than this. */
const noticedMs = 15 * 60_000;

/**
 * Notes what is planned and expected of one stage of a release. Where it is expected at another time than before, by a
 * quarter of an hour or more, those who depend on the release look again, and whoever warns of freezes does.
 */
export async function savePrediction(
  db: Db,
  o: Pick<ScheduleRecord, 'releaseId' | 'stage' | 'schedule' | 'predicted'> & { at: string },
): Promise<void> {
  const { isNew, before } = await saveSchedule(db, o);
  if (!isNew || !isMoved(before?.start, o.predicted?.start)) return;
  await inTransaction(db, async (trx) => {
    if (before) await tellDependants(trx, o, before);
    await touchWatch(trx);
  });
}

const isMoved = (before: string | undefined, now: string | undefined): boolean =>
  before === undefined || now === undefined
    ? before !== now
    : Math.abs(Date.parse(now) - Date.parse(before)) >= noticedMs;

async function tellDependants(
  trx: Db,
  { releaseId, stage, predicted }: Pick<ScheduleRecord, 'releaseId' | 'stage' | 'predicted'>,
  before: NonNullable<ScheduleRecord['predicted']>,
): Promise<void> {
  if ((await dependantsOf(trx, { releaseId })).length === 0) return;
  const release = await openReleaseById(trx, releaseId);
  if (!release) return;
  const start = predicted === undefined ? 'at no time that is known' : instantText(predicted.start);
  const sentence = `${releaseTitle(release.components)} is expected in ${stage} ${start} (before: ${instantText(before.start)}).`;
  await wakeDependants(trx, { releaseId, sentence });
}

/** One wake is enough for any number of expectations that change at once. */
async function touchWatch(trx: Db): Promise<void> {
  const revision = await calendarRevision(trx);
  await sql`
    insert into wakes (workflow_id, cause, revision)
    select ${watchWorkflowId}, 'Releases are expected at other times.', ${revision}
    where not exists (select from wakes where workflow_id = ${watchWorkflowId} and delivered_at is null)`.execute(
    trx,
  );
}
