import type { StagePlan } from '../../release/plan.ts';
import type { Vote } from '../../release/release.ts';
import { type Ballot, byTime } from './electorate.ts';
import { mayVote, outcomeOf } from './quorum.ts';

/** An open request: its electorate, all votes it has received, and its times. */
export interface OpenRequest extends Ballot {
  approval: Pick<StagePlan['approval'], 'graceMs' | 'onExpiry'>;
  openedAt: string;
  /** The one that holds now: the later one, once it was escalated. */
  deadline: string;
  /** It was given more time already, which happens once. */
  isEscalated?: boolean;
}

/**
 * What becomes of a request at an instant. `open` and `inGrace` say when to ask again; `escalate` gives it more time and more
 * people as of `at`; every other kind closes it, as of `at`. `counted` are the votes that were in time; those after the close
 * or the deadline never change anything.
 */
export type Closing =
  | { kind: 'open'; wakeAt: string; counted: Vote[] }
  | { kind: 'inGrace'; outcome: 'approved' | 'rejected'; closesAt: string; counted: Vote[] }
  | { kind: 'approved' | 'rejected' | 'expired' | 'held' | 'escalate'; at: string; counted: Vote[] };

/**
 * Decides what happens to an open request (semantics §4). A vote that changes the outcome starts the grace time anew, never past
 * the deadline; in it a changed vote can undo the decision; a vote counts if received before the deadline and before the close.
 * Silence never approves: without enough votes the deadline expires, holds, or escalates once. Hand over every vote received,
 * replaced ones too, and ask the record for late deliveries before acting on a close.
 */
export function closing(request: OpenRequest, now: string): Closing {
  const deadline = Date.parse(request.deadline);
  let outcome: ReturnType<typeof outcomeOf>;
  let closesAt = deadline;
  const counted: Vote[] = [];
  for (const vote of byTime(request.votes)) {
    const before = { ...request, votes: counted };
    if (!isInTime(vote, closesAt) || !mayVote(before, vote.person, vote).ok) continue;
    counted.push(vote);
    const next = outcomeOf({ ...request, votes: counted });
    if (next === outcome) continue;
    outcome = next;
    closesAt = next ? Math.min(Date.parse(vote.at) + request.approval.graceMs, deadline) : deadline;
  }
  const at = new Date(closesAt).toISOString();
  const isOver = Date.parse(now) >= closesAt;
  if (!outcome)
    return isOver ? { kind: onSilence(request), at, counted } : { kind: 'open', wakeAt: at, counted };
  return isOver ? { kind: outcome, at, counted } : { kind: 'inGrace', outcome, closesAt: at, counted };
}

function onSilence({ approval, isEscalated }: OpenRequest): 'expired' | 'held' | 'escalate' {
  if (approval.onExpiry === 'hold') return 'held';
  return approval.onExpiry === 'escalate' && isEscalated !== true ? 'escalate' : 'expired';
}

const isInTime = (vote: Vote, closesAt: number): boolean => Date.parse(vote.at) < closesAt;
