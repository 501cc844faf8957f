import { electorateOf } from '../gates/approvals/electorate.ts';
import { mayVote } from '../gates/approvals/quorum.ts';
import { instantText } from '../instant-text.ts';
import type { StagePlan } from '../release/plan.ts';
import type { Vote } from '../release/release.ts';
import { conditionProblem } from '../release/tasks.ts';
import { isCommentNeeded } from '../risk/duties.ts';
import type { Facts } from './facts.schema.ts';
import type { RequestStanding } from './request.ts';

/** A vote that was given, and whether it counts. */
export interface WeighedVote {
  person: string;
  choice: Vote['choice'];
  at: string;
  counts: boolean;
  /** Why it does not. */
  because?: string;
}

/** Votes as they were received, in the order of the facts. */
export const castVotes = ({ environment }: StagePlan, { votes, now }: Facts): Vote[] =>
  votes.map(({ person, choice, comment, at, assurance, conditions }, index): Vote => ({
    person,
    choice,
    ...(comment === undefined ? {} : { comment }),
    ...(conditions.length === 0
      ? {}
      : {
          conditions: conditions.map(({ title, owner, before = environment, due }) => ({
            title,
            owner,
            before,
            ...(due === undefined ? {} : { due }),
          })),
        }),
    at: at ?? now,
    via: 'api',
    ...(assurance === undefined ? {} : { assurance }),
    decisionId: `vote-${index + 1}`,
  }));

/** Votes that would be refused at the door, with the reason: of a backup group too early, without what their choice takes. */
export function unfitVotes(
  votes: readonly Vote[],
  {
    plan,
    before,
    backupsAt,
    ahead,
  }: { plan: StagePlan; before: StagePlan; backupsAt: string; ahead: readonly string[] },
): ReadonlyMap<Vote, string> {
  const refused = new Map<Vote, string>();
  for (const vote of votes) {
    const because =
      whyTooEarly(vote, { before, backupsAt }) ??
      whyIncomplete(vote, plan) ??
      whyNoCondition(vote, { plan, ahead });
    if (because !== undefined) refused.set(vote, because);
  }
  return refused;
}

function whyTooEarly(
  vote: Vote,
  { before, backupsAt }: { before: StagePlan; backupsAt: string },
): string | undefined {
  if (vote.at >= backupsAt) return undefined;
  const answer = mayVote(electorateOf(before), vote.person, vote);
  return answer.ok ? undefined : answer.because;
}

function whyIncomplete({ choice, comment }: Vote, plan: StagePlan): string | undefined {
  return choice === 'approve' && !comment?.trim() && isCommentNeeded(plan)
    ? 'At this risk whoever approves says why in a comment.'
    : undefined;
}

function whyNoCondition(
  { conditions = [], choice }: Vote,
  { plan: { candidates }, ahead }: { plan: StagePlan; ahead: readonly string[] },
): string | undefined {
  if (conditions.length === 0) return undefined;
  if (choice !== 'approve') return 'Only an approval is given under conditions.';
  return conditionProblem(conditions, { ahead, candidates });
}

export function weighed(
  vote: Vote,
  {
    counted,
    plan,
    standing,
    refused,
  }: { counted: readonly Vote[]; plan: StagePlan; standing: RequestStanding; refused: string | undefined },
): WeighedVote {
  const { person, choice, at } = vote;
  if (counted.includes(vote)) return { person, choice, at, counts: true };
  if (refused !== undefined) return { person, choice, at, counts: false, because: refused };
  if (standing.state === 'superseded')
    return { person, choice, at, counts: false, because: `It counts no more: ${standing.because ?? ''}` };
  const allowed = mayVote(electorateOf(plan), person, vote);
  const because = allowed.ok
    ? `It came when the request was closed: ${standing.state} ${instantText(standing.at)}.`
    : allowed.because;
  return { person, choice, at, counts: false, because };
}
