import { heedsReviews } from '../gates/review/evaluate.ts';
import { admitRelease } from '../release/admit.ts';
import type { Policy } from '../policy/policy.schema.ts';
import type { ProblemCode } from '../problem-code.ts';
import type { GateRow } from '../verdict.ts';
import type { Facts } from './facts.schema.ts';
import { isBackBy } from './is-back.ts';
import { instantText } from '../instant-text.ts';

/** Words of a known problem, from its code and its facts. */
export type Tell = (code: ProblemCode, facts: Record<string, string>) => { detail: string; remedy: string };

/**
 * Why a release with these facts would not be taken at all: its version against what runs there and against the rules of its
 * service, and reviews of broken glass that are owed. No row where it would be.
 */
export function admissionRow(
  policy: Policy,
  { stage, service, facts }: { stage: string; service: string; facts: Facts },
  tell: Tell,
): GateRow[] {
  const refused = overdueReview({ stage, service, facts }, tell) ?? objection(policy, stage, facts, tell);
  return refused
    ? [{ gate: 'admission', kind: 'denied', because: refused.detail, remedy: refused.remedy }]
    : [];
}

function objection(policy: Policy, stage: string, facts: Facts, tell: Tell) {
  const { components, intent } = facts;
  if (!components) return undefined; // nobody said what is released
  const answer = admitRelease({
    components: components.map(({ service, version, digest }) => ({
      service,
      version,
      ...(digest === undefined ? {} : { digest }),
    })),
    intent,
    to: stage,
    policy,
    runningAtTarget: Object.fromEntries(
      components.map(({ service, running }) => [
        service,
        running && {
          version: running.version,
          ...(running.digest === undefined ? {} : { digest: running.digest }),
        },
      ]),
    ),
  });
  const [first] = answer.ok ? [] : answer.problems;
  return first && tell(first.code, first.facts);
}

function overdueReview(
  { stage, service, facts }: { stage: string; service: string; facts: Facts },
  tell: Tell,
) {
  const { reviews, components, urgent, now } = facts;
  if (!heedsReviews({ urgent, isBack: isBackBy(facts, stage) })) return undefined;
  const services = components?.map((one) => one.service) ?? [service];
  const overdue = reviews.find(
    (review) =>
      services.includes(review.service ?? service) &&
      Date.parse(review.dueAt) <= Date.parse(now) &&
      (review.doneAt === undefined || Date.parse(review.doneAt) > Date.parse(now)),
  );
  return (
    overdue &&
    tell('REVIEW_OVERDUE', { detail: `${overdue.service ?? service}, due ${instantText(overdue.dueAt)}` })
  );
}
