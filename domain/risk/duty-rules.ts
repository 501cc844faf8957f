import type { ApprovalRule, Person, Policy, Service } from '../policy/policy.schema.ts';
import type { RiskSnapshot } from './snapshot.ts';

/** The person whom the policy names as owner of a service. */
export const ownerOf = (policy: Pick<Policy, 'people'>, { owner }: Service): Person | undefined =>
  policy.people.find(({ id }) => id === owner);

/** The approval rules that duties add: one seat for each owning team, and a release manager (semantics §5). */
export function rulesOfDuties(
  duties: RiskSnapshot['duties'],
  policy: Pick<Policy, 'people'>,
  services: readonly Service[],
): Pick<RiskSnapshot, 'rules' | 'rulesMissing'> {
  const not: ApprovalRule['not'] = ['author', 'committer', 'requester', 'policyEditor'];
  const rules: ApprovalRule[] = [];
  let rulesMissing: string | undefined;
  if (duties.includes('ownersSeat')) {
    const teams = new Set<string>();
    for (const service of services) {
      const team = ownerOf(policy, service)?.team;
      if (team === undefined) rulesMissing ??= `${service.id} names no owner with a team`;
      else teams.add(team);
    }
    for (const team of [...teams].sort())
      rules.push({
        people: policy.people.filter((one) => one.team === team).map(({ id }) => id),
        atLeast: 1,
        not,
      });
  }
  if (duties.includes('releaseManager')) rules.push({ role: 'release-manager', atLeast: 1, not });
  return { rules, ...(rulesMissing === undefined ? {} : { rulesMissing }) };
}
