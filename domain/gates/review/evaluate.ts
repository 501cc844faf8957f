import type { CalendarAnswer } from '../../calendar/model.ts';
import { instantText } from '../../instant-text.ts';
import { listOf } from '../../list-of.ts';
import type { GateRow } from '../../verdict.ts';

/** A review of broken glass that nobody has done. Instants are RFC 3339. */
export interface OwedReview {
  id: string;
  /** Release whose glass was broken, as people call it. */
  title: string;
  environment: string;
  incident: string;
  /** Names. */
  brokenBy: readonly string[];
  dueAt: string;
  /** Names of the people who are to review it, those who come first in question. */
  reviewers: readonly string[];
}

/** `Ana Lopez broke the glass for shop 1.4.0 in production (INC-7); the review was due Thu 26 Nov 17:00 UTC.` */
export const reviewInWords = (
  { brokenBy, title, environment, incident, dueAt }: Omit<OwedReview, 'id' | 'reviewers'>,
  { isOverdue = true } = {},
): string =>
  `${listOf(brokenBy, 'and')} broke the glass for ${title} in ${environment} (${incident}); the review ${isOverdue ? 'was' : 'is'} due ${instantText(dueAt)}.`;

/**
 * Whether overdue reviews stop it: what mends an incident goes on, everything planned waits for the review (semantics §4, "Break-glass").
 * @param o.urgent why it cannot wait
 * @param o.isBack it is called a rollback, and the record or the versions say that it goes back (`goesBackFor`): the intent alone is only a word
 */
export const heedsReviews = ({ urgent, isBack }: { urgent?: string | undefined; isBack: boolean }): boolean =>
  urgent === undefined && !isBack;

/** Who does what about an overdue review. */
export function reviewRemedy({ id, reviewers, brokenBy }: OwedReview): string {
  const who =
    reviewers.length === 0
      ? `Nobody may review it: give somebody other than ${listOf(brokenBy, 'or')} the access \`approver\` in gantry.yaml and apply it. Then`
      : `${listOf(reviewers, 'or')} reviews it:`;
  return `${who} \`gantry review done ${id} --finding "…"\`. Urgent releases go on meanwhile, and rollbacks to an older version or to one that ran there.`;
}

/**
 * Whether reviews that are owed keep a planned release from starting (semantics §4, "Break-glass"; docs/guides/break-glass.md):
 * from the instant on at which the first is due. No row while none is; `nextLook` is when that changes by time alone.
 */
export function evaluateReviews(
  owed: readonly OwedReview[],
  now: string,
): { row?: GateRow; nextLook?: string } {
  const isOverdue = ({ dueAt }: OwedReview): boolean => Date.parse(dueAt) <= Date.parse(now);
  const byDue = [...owed].sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
  const overdue = byDue.filter(isOverdue);
  const next = byDue.find((review) => !isOverdue(review));
  const [first] = overdue;
  const more =
    overdue.length > 1 ? ` ${overdue.length - 1} more ${overdue.length > 2 ? 'are' : 'is'} overdue.` : '';
  return {
    ...(first
      ? {
          row: {
            gate: 'review',
            kind: 'denied',
            because: `A break-glass was not reviewed in time: ${reviewInWords(first)}${more}`,
            remedy: reviewRemedy(first),
          },
        }
      : {}),
    ...(next ? { nextLook: next.dueAt } : {}),
  };
}

/** The calendar's answer with the row of this gate before its own: both move with the clock, and are asked again together. */
export function withReviews(
  answer: CalendarAnswer,
  owed: readonly OwedReview[],
  now: string,
): CalendarAnswer {
  const { row, nextLook } = evaluateReviews(owed, now);
  const [next] = [answer.nextLook, nextLook].filter((at) => at !== undefined).sort();
  return {
    ...answer,
    verdicts: [...(row ? [row] : []), ...answer.verdicts],
    ...(next === undefined ? {} : { nextLook: next }),
  };
}
