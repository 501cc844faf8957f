import type { Kysely } from 'kysely';
import type { CalendarAnswer } from '../../../domain/calendar/model.ts';
import { evaluateReviews } from '../../../domain/gates/review/evaluate.ts';
import { isStillSo } from '../../../domain/release/still-open.ts';
import type { Database } from '../../../platform/database/schema.ts';
import { calendarRevision } from '../../../platform/record/calendar/revision.ts';
import { owedReviews } from '../../../platform/record/reviews.ts';
import { judgeStage } from '../../calendar/judge-calendar.ts';
import { laterNow } from '../../clock.ts';
import type { DoorInput } from '../../contract.ts';

/**
 * The calendar's answer of this moment, by this machine's clock too: the door may have been asked long ago, while the database
 * was away. Undefined where no rule concerns it and nobody has changed the calendar: then time alone changes nothing.
 */
export async function calendarAtDoor(
  db: Kysely<Database>,
  { calendar, answer }: DoorInput,
  clock: () => number,
): Promise<CalendarAnswer | undefined> {
  if (!calendar) return undefined;
  const now = laterNow(calendar.now, clock);
  if (answer?.verdicts.length === 0 && calendar.needs.length === 0) {
    const [isOverdue, revision] = await Promise.all([
      isReviewOverdue(db, calendar, now),
      calendarRevision(db),
    ]);
    if (!isOverdue && isStillSo(answer, { revision, now })) return undefined;
  }
  return judgeStage(db, { ...calendar, now });
}

/** The word that one is owed may still be on its way to the workflow. */
async function isReviewOverdue(
  db: Kysely<Database>,
  { heedsReviews, components, releaseId }: NonNullable<DoorInput['calendar']>,
  now: string,
): Promise<boolean> {
  if (!heedsReviews) return false;
  const services = components.map(({ service }) => service);
  return evaluateReviews(await owedReviews(db, { services, except: releaseId }), now).row !== undefined;
}
