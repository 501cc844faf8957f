import type { Dependency, Schedule } from '../calendar/model.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { nearest, type Objection } from './admit.ts';
import { pastStart } from './past-start.ts';
import type { PlannedMilestone } from './release.ts';

/** What an order, or a change of one, says about time and company. */
export interface Dates {
  schedule?: Schedule | undefined;
  needs?: readonly Dependency[] | undefined;
  milestones?: readonly PlannedMilestone[] | undefined;
}

/** Everything in them that can never come true or that nobody knows: all objections at once. */
export function dateObjections(
  { schedule, needs = [], milestones = [] }: Dates,
  { policy, now }: { policy: Policy; now: string },
): Objection[] {
  const past = schedule && pastStart(schedule, now);
  return [
    ...(past
      ? [
          {
            code: 'START_PASSED' as const,
            pointer: `/${past.field}`,
            facts: { detail: past.because, field: past.field },
          },
        ]
      : []),
    ...needs.flatMap((need, index) => needObjections(need, `/needs/${index}`, policy)),
    ...milestones.flatMap(({ owner }, index): Objection[] =>
      owner === undefined || policy.people.some(({ id }) => id === owner)
        ? []
        : [
            {
              code: 'PERSON_UNKNOWN',
              pointer: `/milestones/${index}/owner`,
              facts: { person: owner, ...nearest(owner, policy.people) },
            },
          ],
    ),
  ];
}

function needObjections(need: Dependency, pointer: string, policy: Policy): Objection[] {
  if (need.kind !== 'version') return [];
  const { service, environment } = need;
  const objections: Objection[] = [];
  if (!policy.services.some(({ id }) => id === service))
    objections.push({
      code: 'SERVICE_UNKNOWN',
      pointer: `${pointer}/service`,
      facts: { service, ...nearest(service, policy.services) },
    });
  if (!policy.environments.some(({ id }) => id === environment))
    objections.push({
      code: 'ENVIRONMENT_UNKNOWN',
      pointer: `${pointer}/environment`,
      facts: { environment, ...nearest(environment, policy.environments) },
    });
  return objections;
}
