import { electorateOf } from '../domain/gates/approvals/electorate.ts';
import { mayVote } from '../domain/gates/approvals/quorum.ts';
import type { Standing } from '../domain/release/postpone.ts';
import type { ReleaseRun } from './run.ts';

/** The role whose holders may delay any release for any time (semantics §4, "Delay"). */
const managerRole = 'release-manager';

/** What a person is to this release now: by the plan that it follows. */
export function standingOf(run: ReleaseRun, person: string): Standing {
  const stage = run.plan.stages.find(({ environment }) => environment === run.view.stage);
  return {
    person,
    isApprover: stage !== undefined && mayVote(electorateOf(stage), person).ok,
    isOwner: run.plan.owner === person,
    isReleaseManager:
      stage?.candidates.some(({ id, roles }) => id === person && roles.includes(managerRole)) ?? false,
  };
}
