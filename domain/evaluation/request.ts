import { closing, type Closing } from '../gates/approvals/closing.ts';
import { electorateOf, standingVotes } from '../gates/approvals/electorate.ts';
import { mayVote, tally } from '../gates/approvals/quorum.ts';
import { instantText } from '../instant-text.ts';
import type { StagePlan } from '../release/plan.ts';
import type { ApprovalView, Vote } from '../release/release.ts';
import type { Facts } from './facts.schema.ts';

/** What becomes of the request at `now`: what closing says, or that it is about something else by now. */
export interface RequestStanding {
  state: Closing['kind'] | 'superseded';
  openedAt: string;
  deadline: string;
  /** While open, when it is looked at again; in its grace time, when it closes; else when it closed. */
  at: string;
  /** In its grace time: how it will close if no vote changes. */
  outcome?: 'approved' | 'rejected';
}

/** A vote that was given, and whether it counts. */
export interface WeighedVote {
  person: string;
  choice: Vote['choice'];
  at: string;
  counts: boolean;
  /** Why it does not. */
  because?: string;
}

/** The request as the gate is told of it; nothing where nobody has been asked and nobody has voted. */
export function standingOf(
  plan: StagePlan,
  facts: Facts,
): { standing?: RequestStanding; approval?: ApprovalView; votes: WeighedVote[] } {
  const { now, request } = facts;
  if (!request && facts.votes.length === 0) return { votes: [] };
  const votes = facts.votes.map((vote, index): Vote => ({
    person: vote.person,
    choice: vote.choice,
    ...(vote.comment === undefined ? {} : { comment: vote.comment }),
    at: vote.at ?? now,
    via: 'api',
    decisionId: `vote-${index + 1}`,
  }));
  const openedAt = request?.openedAt ?? votes.map(({ at }) => at).sort()[0] ?? now;
  const deadline =
    request?.deadline ?? new Date(Date.parse(openedAt) + plan.approval.expiresMs).toISOString();
  const { excluded } = plan;
  const electorate = electorateOf(plan);
  const isStale = request?.subjectDigest !== undefined && request.subjectDigest !== plan.subjectDigest;
  const outlook = closing({ approval: plan.approval, openedAt, deadline, ...electorate, votes }, now);
  const counted = isStale ? [] : outlook.counted;
  const standing: RequestStanding = isStale
    ? { state: 'superseded', openedAt, deadline, at: now }
    : { openedAt, deadline, ...closed(outlook) };
  const isOpen = ['open', 'inGrace', 'escalate'].includes(standing.state);
  const approval: ApprovalView = {
    requestId: 'evaluated',
    state: standing.state === 'inGrace' || standing.state === 'escalate' ? 'open' : standing.state,
    subjectDigest: plan.subjectDigest,
    openedAt,
    deadline,
    ...(standing.state === 'inGrace' ? { closesAt: standing.at } : {}),
    ...(isOpen ? {} : { closedAt: standing.at }),
    asked: [...new Set(tally({ ...electorate, votes: [] }).who.flatMap((ask) => ask.candidates))].sort(),
    excluded: excluded.map(({ person, because }) => ({ person, because })),
    votes: standingVotes({ votes: counted }),
    seats: tally({ ...electorate, votes: counted }).seats,
  };
  return {
    standing,
    approval,
    votes: votes.map((vote) => weighed(vote, { counted, electorate, standing, isStale })),
  };
}

const closed = (outlook: Closing): Pick<RequestStanding, 'state' | 'at' | 'outcome'> => {
  switch (outlook.kind) {
    case 'open':
      return { state: 'open', at: outlook.wakeAt };
    case 'inGrace':
      return { state: 'inGrace', at: outlook.closesAt, outcome: outlook.outcome };
    default:
      return { state: outlook.kind, at: outlook.at };
  }
};

function weighed(
  vote: Vote,
  {
    counted,
    electorate,
    standing,
    isStale,
  }: {
    counted: readonly Vote[];
    electorate: Parameters<typeof mayVote>[0];
    standing: RequestStanding;
    isStale: boolean;
  },
): WeighedVote {
  const { person, choice, at } = vote;
  if (counted.includes(vote)) return { person, choice, at, counts: true };
  const allowed = mayVote(electorate, person);
  const because = isStale
    ? 'What was to be approved has changed since.'
    : allowed.ok
      ? `It came when the request was closed: ${standing.state} ${instantText(standing.at)}.`
      : allowed.because;
  return { person, choice, at, counts: false, because };
}
