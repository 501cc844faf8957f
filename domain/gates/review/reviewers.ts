import type { Policy } from '../../policy/policy.schema.ts';

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
