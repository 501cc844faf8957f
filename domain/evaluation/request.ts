import { deadlineOf, stepAt } from '../calendar/plan-nudges.ts';
import { closing, type Closing } from '../gates/approvals/closing.ts';
import { electorateOf, standingVotes } from '../gates/approvals/electorate.ts';
import { tally } from '../gates/approvals/quorum.ts';
import { validUntil } from '../gates/approvals/validity.ts';
import type { StagePlan } from '../release/plan.ts';
import type { ApprovalView, Vote } from '../release/release.ts';
import type { Facts } from './facts.schema.ts';
import { withAway, withBackups } from './stand-ins.ts';
import type { requestStates } from './request-states.ts';
import { castVotes, unfitVotes, weighed, type WeighedVote } from './votes.ts';

/** What becomes of the request at `now`: what closing says, or that it is about something else by now, or is over. */
export interface RequestStanding {
  state: (typeof requestStates)[number];
  openedAt: string;
  deadline: string;
  /** While open, when it is looked at again; in its grace time, when it closes; else when it closed. */
  at: string;
  /** In its grace time: how it will close if no vote changes. */
  outcome?: 'approved' | 'rejected';
  /** When it was given more time, because nobody had decided. */
  escalatedAt?: string;
  /** Why its votes count no more. */
  because?: string;
}

/** What makes votes void: at an instant, or by `now`. */
export interface Void {
  at?: string;
  because: string;
  /** Only a request that is still open then and would be over by `until`. */
  until?: string;
}

/** What is known of the release beside the stage when a request is judged. */
export interface About {
  zone: string;
  startBy?: string;
  voids: readonly Void[];
  /** Environments of the stages that have not started, this one among them. */
  ahead: readonly string[];
}

/** The request as the gate is told of it, and who may vote; no request where nobody has been asked and nobody has voted. */
export function standingOf(
  planned: StagePlan,
  facts: Facts,
  about: About,
): { plan: StagePlan; standing?: RequestStanding; approval?: ApprovalView; votes: WeighedVote[] } {
  const { now, request } = facts;
  const { zone, ahead } = about;
  const votes = castVotes(planned, facts);
  const { openedAt, deadline, backupsAt } = spanOf(planned, facts, { votes, zone });
  const before = withAway(planned, facts, { openedAt, deadline });
  const plan = now >= backupsAt ? withBackups(before) : before;
  if (!request && votes.length === 0) return { plan, votes: [] };
  const refused = unfitVotes(votes, { plan, before, backupsAt, ahead });
  const fit = votes.filter((vote) => !refused.has(vote));
  const { standing, last } = standingAt(plan, { openedAt, deadline, zone, votes: fit }, facts, about);
  const counted = standing.state === 'superseded' ? [] : last.outlook.counted;
  return {
    plan: last.plan,
    standing,
    // one that has lapsed is as if nobody had been asked: they are asked again
    ...(standing.state === 'lapsed' ? {} : { approval: viewOf(last.plan, standing, counted) }),
    votes: votes.map((vote) =>
      weighed(vote, { counted, plan: last.plan, standing, refused: refused.get(vote) }),
    ),
  };
}

/** From when to when people are asked, and since when those of the backup groups are too. */
function spanOf(
  { approval, asking }: StagePlan,
  { now, request }: Facts,
  { votes, zone }: { votes: readonly Vote[]; zone: string },
): { openedAt: string; deadline: string; backupsAt: string } {
  const openedAt = request?.openedAt ?? votes.map(({ at }) => at).sort()[0] ?? now;
  if (request?.deadline === undefined) {
    const usual = { openedAt, spanMs: approval.expiresMs, clock: asking?.clock ?? 'elapsed', zone };
    return { openedAt, deadline: deadlineOf(usual), backupsAt: stepAt(usual, 'backup') };
  }
  const { deadline } = request;
  const spanMs = Date.parse(deadline) - Date.parse(openedAt);
  return {
    openedAt,
    deadline,
    backupsAt: stepAt({ openedAt, spanMs, clock: 'elapsed', zone }, 'backup'),
  };
}

/** How the request stands at `now`, and what its votes came to: those before its end, where something has ended it. */
function standingAt(
  plan: StagePlan,
  asked: Asked,
  facts: Facts,
  about: About,
): { standing: RequestStanding; last: ReturnType<typeof judge> } {
  const { now } = facts;
  const end = endOf(plan, asked, facts, about);
  const votes = end ? asked.votes.filter((vote) => vote.at < end.at) : asked.votes;
  const last = judge(plan, { ...asked, votes }, end?.at ?? now);
  const standing: RequestStanding = {
    openedAt: asked.openedAt,
    deadline: last.deadline,
    ...(last.escalatedAt === undefined ? {} : { escalatedAt: last.escalatedAt }),
    ...(end ?? closed(last.outlook, { now, plan, about })),
  };
  return { standing, last };
}

interface Asked {
  openedAt: string;
  deadline: string;
  zone: string;
  votes: readonly Vote[];
}

/** What becomes of a request by an instant; one that escalates goes on with half the time again and its backup groups. */
function judge(plan: StagePlan, { zone, ...asked }: Asked, now: string) {
  const { approval } = plan;
  const outlook = closing({ approval, ...electorateOf(plan), ...asked }, now);
  if (outlook.kind !== 'escalate') return { plan, deadline: asked.deadline, outlook };
  const escalatedAt = asked.deadline;
  const deadline = deadlineOf({
    openedAt: escalatedAt,
    spanMs: Math.round(approval.expiresMs / 2),
    clock: plan.asking?.clock ?? 'elapsed',
    zone,
  });
  const wider = withBackups(plan);
  const second = { approval, ...electorateOf(wider), ...asked, deadline, isEscalated: true };
  return { plan: wider, deadline, escalatedAt, outlook: closing(second, now) };
}

type End = Required<Pick<RequestStanding, 'state' | 'at' | 'because'>>;

/** What ended the request beside its own rules: a change of what was asked about, or the end of the release. */
function endOf(plan: StagePlan, asked: Asked, facts: Facts, { voids }: About): End | undefined {
  const { now, request } = facts;
  const events = [
    ...voids.map((one) => ({ state: 'superseded' as const, ...one })),
    ...(request?.withdrawnAt === undefined
      ? []
      : [{ state: 'withdrawn' as const, at: request.withdrawnAt, because: 'The request was withdrawn.' }]),
  ].map((event) => ({ ...event, at: event.at ?? now }));
  return events
    .filter(({ at }) => at >= asked.openedAt && at <= now)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ at, state, because, ...event }) => {
      const until = 'until' in event ? event.until : undefined;
      const votes = asked.votes.filter((vote) => vote.at < at);
      const { outlook, deadline } = judge(plan, { ...asked, votes }, at);
      const isOpen = outlook.kind === 'open' || outlook.kind === 'inGrace';
      if (until !== undefined && Date.parse(deadline) > Date.parse(until)) return undefined;
      const isHit = isOpen || (state === 'superseded' && until === undefined && outlook.kind === 'approved');
      return isHit ? { state, at, because } : undefined;
    })
    .find((end) => end !== undefined);
}

function closed(
  outlook: Closing,
  { now, plan, about }: { now: string; plan: StagePlan; about: About },
): Pick<RequestStanding, 'state' | 'at' | 'outcome' | 'because'> {
  switch (outlook.kind) {
    case 'open':
      return { state: 'open', at: outlook.wakeAt };
    case 'inGrace':
      return { state: 'inGrace', at: outlook.closesAt, outcome: outlook.outcome };
    case 'approved': {
      const until = validUntil(outlook.at, about.startBy);
      return plan.asking && now >= until
        ? { state: 'lapsed', at: until, because: 'It was approved too long ago, so people are asked again.' }
        : { state: 'approved', at: outlook.at };
    }
    case 'escalate':
      return { state: 'open', at: outlook.at };
    default:
      return { state: outlook.kind, at: outlook.at };
  }
}

function viewOf(plan: StagePlan, standing: RequestStanding, counted: readonly Vote[]): ApprovalView {
  const { state, openedAt, deadline, at, escalatedAt } = standing;
  const electorate = electorateOf(plan);
  return {
    requestId: 'evaluated',
    state: state === 'inGrace' || state === 'lapsed' ? 'open' : state,
    subjectDigest: plan.subjectDigest,
    openedAt,
    deadline,
    ...(state === 'inGrace' ? { closesAt: at } : {}),
    ...(state === 'open' || state === 'inGrace' ? {} : { closedAt: at }),
    ...(escalatedAt === undefined ? {} : { escalatedAt }),
    asked: [...new Set(tally({ ...electorate, votes: [] }).who.flatMap((ask) => ask.candidates))].sort(),
    excluded: plan.excluded.map(({ person, because }) => ({ person, because })),
    votes: standingVotes({ votes: counted }),
    seats: tally({ ...electorate, votes: counted }).seats,
  };
}
