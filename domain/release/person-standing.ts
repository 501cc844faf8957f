import { electorateOf } from '../gates/approvals/electorate.ts';
import { mayVote } from '../gates/approvals/quorum.ts';
import { nameAmong } from './names.ts';
import type { Candidate, StagePlan } from './plan.ts';
import type { Standing } from './postpone.ts';

/** The role whose holders may delay any release for any time (semantics §4, "Delay"). */
const managerRole = 'release-manager';

/** Who may vote in a stage, which is what standing hangs on. */
type Electing = Pick<StagePlan, 'rules' | 'candidates' | 'excluded' | 'approval' | 'standIns'>;

/** Names of those who have a say in when a release goes, and in its work: approvers of the stage, the owner, release managers. */
function withSay(stage: Electing, owner: string | undefined): string[] {
  const electorate = electorateOf(stage);
  const isManager = ({ roles }: Candidate): boolean => roles.includes(managerRole);
  const people = stage.candidates.filter(
    (one) => one.id === owner || isManager(one) || mayVote(electorate, one.id).ok,
  );
  return people.map(({ id }) => nameAmong(stage.candidates, id));
}

/** What a person is to a release by the plan of the stage that it is in. */
export const standingIn = (
  person: string,
  { stage, owner }: { stage: Electing | undefined; owner: string | undefined },
): Standing => ({
  person,
  isApprover: stage !== undefined && mayVote(electorateOf(stage), person).ok,
  isOwner: owner === person,
  isReleaseManager:
    stage?.candidates.some(({ id, roles }) => id === person && roles.includes(managerRole)) ?? false,
  name: nameAmong(stage?.candidates ?? [], person),
  others: stage ? withSay(stage, owner) : [],
});
