import { instantText } from '../../instant-text.ts';
import type { Policy } from '../../policy/policy.schema.ts';
import { asId, type NameOf } from '../../release/names.ts';

type Known = Pick<Policy, 'people' | 'services' | 'pipelines' | 'organisation'>;

/**
 * The people to whom a review of broken glass falls: of those who may do one (access `approver` or `operator`, and they did not break
 * it) such as could have broken it, the owners of its services, and whoever is on call; where there is none, all who may. Person ids in
 * the order of gantry.yaml.
 */
export function reviewersOf(
  { people, services, pipelines, organisation }: Known,
  review: { services: readonly string[]; environment: string; brokenBy: readonly string[] },
): string[] {
  const able = people.filter(
    ({ id, access }) =>
      !review.brokenBy.includes(id) && access.some((one) => one === 'approver' || one === 'operator'),
  );
  const concerned = services.filter(({ id }) => review.services.includes(id));
  const stages = concerned.flatMap(({ pipeline }) => pipelines[pipeline] ?? []);
  const roles = stages
    .filter(({ environment }) => environment === review.environment)
    .flatMap(({ breakGlass }) => breakGlass?.roles ?? []);
  const near = able.filter(
    ({ id, roles: held }) =>
      roles.some((role) => held.includes(role)) ||
      concerned.some(({ owner }) => owner === id) ||
      organisation.onCall.includes(id),
  );
  return (near.length > 0 ? near : able).map(({ id }) => id);
}

/** Why a person may not do a review, whatever access they have: they broke it, or it is done. Undefined where they may. */
export function whyNotReviewable(
  review: { brokenBy: readonly string[]; done?: { at: string; by: string } },
  person: string,
  nameOf: NameOf = asId,
): { because: string; code: 'AUTHORITY_MISSING' | 'COMMAND_NOT_POSSIBLE' } | undefined {
  if (review.brokenBy.includes(person))
    return {
      because: `${nameOf(person)} broke it, so somebody else must review it`,
      code: 'AUTHORITY_MISSING',
    };
  return (
    review.done && {
      because: `${nameOf(review.done.by)} has reviewed it at ${instantText(review.done.at)}`,
      code: 'COMMAND_NOT_POSSIBLE',
    }
  );
}
