import { reviewInWords } from '../../domain/gates/review/evaluate.ts';
import { reviewersOf } from '../../domain/gates/review/reviewers.ts';
import type { Policy } from '../../domain/policy/policy.schema.ts';
import { nameAmong } from '../../domain/release/names.ts';
import type { Db } from '../../platform/database/open.ts';
import { absencesAt } from '../../platform/record/absences.ts';
import { orderNotices } from '../../platform/record/notices.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { listReviews, type ReviewRecord } from '../../platform/record/reviews.ts';
import type { NoticeInput } from '../contract.ts';
import { planTaskReminders } from '../tasks/plan-task-reminders.ts';

/** What was due within this time and not said, because nobody looked, is said now. Less than two days of work. */
const lookBackMs = 26 * 3_600_000;

/**
 * Mails about reviews of broken glass that are owed, as of tasks (semantics §9, "Reminders"): when a quarter of the time is left, when one is
 * due, then every day of work; outside of quiet hours, and not to whoever is away. Each has a key, so any number of looks says it once.
 */
export async function remindOfReviews(
  db: Db,
  { now, domain }: { now: string; domain: string },
): Promise<{ nextAt?: string; count: number }> {
  const owed = await listReviews(db, { done: false });
  const policy = owed.length === 0 ? undefined : (await currentPolicy(db))?.policy;
  if (!policy) return { count: 0 };
  const away = (await absencesAt(db, now)).map(({ person }) => person);
  const { notices, nextAt } = reviewNotices({ owed, policy, away, now });
  await orderNotices(db, notices, domain);
  return { count: notices.length, ...(nextAt === undefined ? {} : { nextAt }) };
}

/** The same without looks at the record. */
export function reviewNotices({
  owed,
  policy,
  away,
  now,
}: {
  owed: readonly ReviewRecord[];
  policy: Policy;
  away: readonly string[];
  now: string;
}): { notices: NoticeInput[]; nextAt?: string } {
  const { reminders, nextAt } = planTaskReminders(
    {
      policyDigest: '',
      tasks: owed.map((review) => ({
        id: review.id,
        owners: reviewersOf(policy, review),
        openedAt: review.brokenAt,
        due: review.dueAt,
      })),
      answerable: [],
      after: new Date(Date.parse(now) - lookBackMs).toISOString(),
      now,
    },
    policy,
    away,
  );
  const notices = reminders.flatMap(({ task, step, at, to }): NoticeInput[] => {
    const review = owed.find(({ id }) => id === task);
    if (!review) return [];
    const brokenBy = review.brokenBy.map((id) => nameAmong(policy.people, id));
    const isOverdue = Date.parse(review.dueAt) <= Date.parse(now);
    return [
      {
        occasion: `review/${review.id}/${step}/${at}`,
        kind: 'reviewDue',
        releaseId: review.releaseId,
        to,
        environment: review.environment,
        sentence: `${isOverdue ? 'A break-glass was not reviewed in time: ' : ''}${reviewInWords({ ...review, brokenBy }, { isOverdue })}`,
        facts: { review: review.id },
      },
    ];
  });
  return { notices, ...(nextAt === undefined ? {} : { nextAt }) };
}
