import { electorateOf } from '../gates/approvals/electorate.ts';
import { mayVote } from '../gates/approvals/quorum.ts';
import type { StagePlan } from './plan.ts';
import type { Standing } from './postpone.ts';

/** The role whose holders may delay any release for any time (semantics §4, "Delay"). */
const managerRole = 'release-manager';

/** What a person is to a release by the plan of the stage that it is in. */
export const standingIn = (
  person: string,
  { stage, owner }: { stage: StagePlan | undefined; owner: string | undefined },
): Standing => ({
  person,
  isApprover: stage !== undefined && mayVote(electorateOf(stage), person).ok,
  isOwner: owner === person,
  isReleaseManager:
    stage?.candidates.some(({ id, roles }) => id === person && roles.includes(managerRole)) ?? false,
});
