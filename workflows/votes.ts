import { electorateOf } from '../domain/gates/approvals/electorate.ts';
import { closing, type Closing } from '../domain/gates/approvals/closing.ts';
import { evaluateApprovals } from '../domain/gates/approvals/evaluate.ts';
import { mayVote, tally } from '../domain/gates/approvals/quorum.ts';
import { isCommentNeeded } from '../domain/risk/duties.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ApprovalState, ApprovalView, Vote } from '../domain/release/release.ts';
import { headlineOf } from '../domain/release/words.ts';
import type { CommandAnswer, DecideAnswer, DecideInput, WithdrawInput } from './contract.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';
import { assertConditions } from './tasks.ts';

/** An approval request that takes votes, with its stage. */
export interface OpenApproval {
  stage: StagePlan;
  approval: ApprovalView;
}

export function openApproval(run: ReleaseRun, requestId: string): OpenApproval | undefined {
  for (const stage of run.plan.stages) {
    const { approval } = run.stageView(stage);
    if (approval?.requestId === requestId)
      return approval.state === 'open' && !run.stopping ? { stage, approval } : undefined;
  }
  return undefined;
}

/**
 * Its votes have decided it, though the story, which is told after all messages of a task, has not closed it yet. Nothing changes
 * it any more: a vote that did would stand in the record beside a decision that it contradicts, and the door would stay shut.
 */
export const isDecided = (run: ReleaseRun, { stage, approval }: OpenApproval): boolean =>
  ['approved', 'rejected'].includes(look(run, stage, approval).kind);

/**
 * A worker that was lost right after it had written a request down has the release rebuilt from before that moment: for as long
 * as that takes, people may be asked about what the release itself is only about to ask.
 */
const isKnownRequest = (run: ReleaseRun, requestId: string): boolean =>
  run.view.stages.some(({ approval }) => approval?.requestId === requestId) ||
  run.cast.has(requestId) ||
  [...run.previousRequests.values()].includes(requestId);

export function assertCountable(run: ReleaseRun, decision: DecideInput): void {
  const open = openApproval(run, decision.requestId);
  if (!open) {
    if (knownVote(run, decision)) return;
    if (!isKnownRequest(run, decision.requestId))
      throw refusal('APPROVAL_UNKNOWN', 'The release has never opened this request, or not yet.');
    throw refusal('APPROVAL_NOT_OPEN', `This request is closed: ${run.view.headline}`);
  }
  if (isDecided(run, open) && !knownVote(run, decision))
    throw refusal('APPROVAL_NOT_OPEN', 'This request is closed: others have decided it just before.');
  if (decision.subjectDigest !== open.approval.subjectDigest)
    throw refusal('APPROVAL_DIGEST_CHANGED', 'What is decided about has changed since you looked at it.');
  const eligible = mayVote(quorumOf(open), decision.person, {
    ...(decision.assurance ? { assurance: decision.assurance } : {}),
    at: castAt(open.approval),
  });
  if (!eligible.ok) throw refusal(eligible.code, eligible.because);
  if (decision.choice === 'approve' && !decision.comment?.trim() && isCommentNeeded(open.stage))
    throw refusal('APPROVAL_COMMENT_MISSING', 'At this risk whoever approves says why in a comment.');
  assertConditions(run, open.stage, decision);
}

const knownVote = (run: ReleaseRun, decision: DecideInput) =>
  run.view.stages
    .flatMap((stage) => stage.approval?.votes ?? [])
    .find((vote) => vote.decisionId === decision.decisionId);

/** The request as the counting rules take it. */
export const quorumOf = ({ stage, approval }: OpenApproval) => ({
  ...electorateOf(stage),
  votes: approval.votes,
});

/** Counts a decision: a person's later vote replaces the earlier one, and the same decision counts once. */
export function count(run: ReleaseRun, decision: DecideInput): DecideAnswer {
  const open = openApproval(run, decision.requestId);
  const known = knownVote(run, decision);
  if (open && !known) {
    const { approval } = open;
    const vote: Vote = {
      person: decision.person,
      choice: decision.choice,
      ...(decision.comment ? { comment: decision.comment } : {}),
      ...(decision.conditions?.length ? { conditions: decision.conditions } : {}),
      at: castAt(approval),
      via: decision.via,
      ...(decision.assurance ? { assurance: decision.assurance } : {}),
      decisionId: decision.decisionId,
    };
    run.cast.set(decision.requestId, [...(run.cast.get(decision.requestId) ?? []), vote]);
    approval.votes = [...approval.votes.filter((other) => other.person !== decision.person), vote];
    const counted = tally(quorumOf(open));
    approval.seats = counted.seats;
    run.tell(
      'decision.counted',
      `${run.title} → ${open.stage.environment}`,
      `${run.nameOf(decision.person)} chose to ${decision.choice} ${run.title} for ${open.stage.environment}.`,
      {
        actor: {
          id: decision.person,
          kind: decision.via === 'signal' ? 'engine' : 'person',
          assurance: decision.via === 'signal' ? 'engine' : decision.via === 'link' ? 'link' : 'session',
        },
        ...(decision.comment ? { reason: decision.comment } : {}),
        facts: {
          decision: decision.decisionId,
          choice: decision.choice,
          subject: decision.subjectDigest,
          filled: counted.filled,
          seats: counted.total,
          ...insteadOf(open.stage, decision.person),
        },
      },
      run.isWaiting, // then what the vote means for the gates is told with it
    );
    run.notify({
      occasion: `approval/${decision.requestId}/counted/${decision.decisionId}`,
      kind: 'confirmation',
      to: [decision.person, ...(run.plan.owner ? [run.plan.owner] : [])],
      requestId: decision.requestId,
      environment: open.stage.environment,
      sentence: `${run.nameOf(decision.person)} chose to ${decision.choice} ${run.title} for ${open.stage.environment}.`,
      facts: { person: decision.person, choice: decision.choice, via: decision.via },
    });
    run.touch();
  }
  return answerTo(run, decision, known?.choice ?? decision.choice);
}

/** The absent people whose delegate has voted: that they were away is part of why the vote counts. */
function insteadOf({ standIns }: StagePlan, person: string): { insteadOf?: string[] } {
  const absent = (standIns?.away ?? []).filter(({ delegate }) => delegate === person);
  return absent.length > 0 ? { insteadOf: absent.map((absence) => absence.person) } : {};
}

/** What was received in time counts as in time, however late it was delivered: the door judged that, and no two clocks are compared. */
const castAt = (approval: ApprovalView): string =>
  new Date(Math.min(Date.now(), Date.parse(approval.deadline) - 1)).toISOString();

function answerTo(run: ReleaseRun, decision: DecideInput, choice: DecideAnswer['choice']): DecideAnswer {
  const stage = run.plan.stages.find(
    (candidate) => run.stageView(candidate).approval?.requestId === decision.requestId,
  );
  const approval = stage && run.stageView(stage).approval;
  const counted = stage && approval ? tally(quorumOf({ stage, approval })) : undefined;
  return {
    choice,
    approvalState: approval?.state ?? 'withdrawn',
    filled: counted?.filled ?? 0,
    seats: counted?.total ?? 0,
    ...(approval?.closesAt ? { closesAt: approval.closesAt } : {}),
    headline: stage && approval?.state === 'open' ? headlineAfter(run, stage) : run.view.headline,
    seq: run.view.seq,
  };
}

/** What becomes of a request, by the votes that were cast and the clock. */
export const look = (run: ReleaseRun, stage: StagePlan, approval: ApprovalView): Closing =>
  closing(
    {
      ...electorateOf(stage),
      approval: stage.approval,
      openedAt: approval.openedAt,
      deadline: approval.deadline,
      isEscalated: approval.escalatedAt !== undefined,
      votes: run.cast.get(approval.requestId) ?? [],
    },
    run.now,
  );

/** The headline as the gates will have it with the votes that there are now: the story judges them only after the answer. */
function headlineAfter(run: ReleaseRun, stage: StagePlan): string {
  const view = run.stageView(stage);
  const { approval } = view;
  if (!approval) return run.view.headline;
  const outlook = look(run, stage, approval);
  const state: ApprovalState = ['open', 'inGrace', 'escalate'].includes(outlook.kind)
    ? 'open'
    : (outlook.kind as ApprovalState);
  const after: ApprovalView = { ...approval, state };
  if (outlook.kind === 'inGrace') after.closesAt = outlook.closesAt;
  else delete after.closesAt;
  const verdict = evaluateApprovals({ ...electorateOf(stage), approval: after }, run.now);
  const verdicts = view.verdicts.map((row) =>
    row.gate === 'approvals'
      ? {
          gate: row.gate,
          ...verdict,
          since: row.kind === verdict.kind ? row.since : run.now,
          ...(row.passed ? { passed: row.passed } : {}),
        }
      : row,
  );
  const stages = run.view.stages.map((one) => (one === view ? { ...view, approval: after, verdicts } : one));
  return headlineOf({ ...run.view, stages }, run.now);
}

export function withdraw(run: ReleaseRun, input: WithdrawInput): CommandAnswer {
  const open = openApproval(run, input.requestId);
  const vote = open?.approval.votes.find((candidate) => candidate.person === input.person);
  if (open && vote) {
    const cast = run.cast.get(input.requestId) ?? [];
    const isTheirs = ({ person }: Vote): boolean => person === input.person;
    for (const { decisionId } of cast.filter(isTheirs)) run.takenBack.add(decisionId);
    run.cast.set(
      input.requestId,
      cast.filter((candidate) => !isTheirs(candidate)),
    );
    open.approval.votes = open.approval.votes.filter((vote) => vote.person !== input.person);
    open.approval.seats = tally(quorumOf(open)).seats;
    run.tell(
      'decision.withdrawn',
      `${run.title} → ${open.stage.environment}`,
      `${run.nameOf(input.person)} took back the vote on ${run.title}.`,
      {
        actor: { id: input.person, kind: 'person' },
        facts: { decision: vote.decisionId, request: input.requestId, person: input.person },
      },
    );
    run.touch();
  }
  const headline = open ? headlineAfter(run, open.stage) : run.view.headline;
  return { state: run.view.state, headline, seq: run.view.seq };
}
