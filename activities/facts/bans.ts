import { instantText } from '../../domain/instant-text.ts';
import { isQuarantined } from '../../domain/gates/quarantine/evaluate.ts';
import type { HardBlocker } from '../../domain/risk/model.ts';
import { nameAmong } from '../../domain/release/names.ts';
import { standingQuarantines } from '../../platform/record/gates/quarantines.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { heedsReviews, reviewInWords, reviewRemedy } from '../../domain/gates/review/evaluate.ts';
import { overdueReviews } from '../../platform/record/reviews.ts';
import type { RiskQuestion } from './question.ts';

/** What people have forbidden or owe, and no points outweigh: a quarantined build, and a review of broken glass that is overdue, where no gate of its own asks for that. */
export async function bansOn(question: RiskQuestion): Promise<HardBlocker[]> {
  const { db, component, service, releaseId, policy } = question;
  const met = (await standingQuarantines(db)).filter((one) => isQuarantined(one, component));
  return [
    ...met.map(({ id, by, reason, at }): HardBlocker => ({
      id: 'quarantined',
      because: `${service.id} ${component.version} is quarantined since ${instantText(at)} by ${nameAmong(policy.people, by)}: “${reason}”.`,
      remedy: `Release another version, or lift it by two people: \`gantry quarantine lift ${id} --reason "…"\`.`,
    })),
    ...(question.heedsReviews ? [] : await overdueReview(db, service.id, releaseId)),
  ];
}

/**
 * What mends an incident goes on, and so does the release that owes the review itself. Asked where somebody only looks, and for releases that
 * were planned before there was the gate `review`: when they were let in, the intent alone said that one goes back, and so it does to their end.
 */
async function overdueReview(
  db: RiskQuestion['db'],
  service: string,
  releaseId: string | undefined,
): Promise<HardBlocker[]> {
  const view = releaseId === undefined ? undefined : await readRelease(db, releaseId);
  if (!heedsReviews({ urgent: view?.urgent, isBack: view?.intent === 'rollback' })) return [];
  const [review] = await overdueReviews(db, { services: [service], except: releaseId ?? '' });
  if (!review) return [];
  return [
    {
      id: 'overdueReview',
      because: `A break-glass of ${service} was not reviewed in time: ${reviewInWords(review)}`,
      remedy: reviewRemedy(review),
    },
  ];
}
