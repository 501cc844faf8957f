import { uuid4 } from '@temporalio/workflow';
import { instantText } from '../domain/instant-text.ts';
import type { Closing } from '../domain/gates/approvals/closing.ts';
import { electorateOf } from '../domain/gates/approvals/electorate.ts';
import { tally, unreachable } from '../domain/gates/approvals/quorum.ts';
import { validUntil } from '../domain/gates/approvals/validity.ts';
import { nameAmong } from '../domain/release/names.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ApprovalState, ApprovalView } from '../domain/release/release.ts';
import { Stop } from './failures.ts';
import { count, look } from './votes.ts';
import { escalate, lookForAbsences, nudge, prepareRequest } from './nudges.ts';
import { record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';
import { takeConditions } from './tasks.ts';

/**
 * Opens the stage's approval request and mails everybody who may vote: one request, one link a person. Where those who are not away
 * cannot fill all seats, nobody is asked: the gate says so and is looked at again.
 */
export async function askForApproval(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const requestId = uuid4();
  const openedAt = run.now;
  const prepared = await prepareRequest(run, stage, openedAt);
  if (prepared && (run.stopping || unreachable(electorateOf(stage)) !== undefined)) return;
  if (isOvertaken(run, stage)) return; // while it was prepared
  const deadline =
    prepared?.deadline ?? new Date(Date.parse(openedAt) + stage.approval.expiresMs).toISOString();
  const counted = tally({ ...electorateOf(stage), votes: [] });
  const asked = [...new Set(counted.who.flatMap((ask) => ask.candidates))].sort();
  const before = run.previousRequests.get(stage.environment);
  const previous = before === undefined ? {} : { previous: before };
  run.recorder.opened({
    ...previous,
    requestId,
    releaseId: run.view.id,
    title: run.title,
    stage,
    intent: run.view.intent,
    openedAt,
    deadline,
  });
  run.stageView(stage).approval = {
    requestId,
    state: 'open',
    subjectDigest: stage.subjectDigest,
    ...previous,
    openedAt,
    deadline,
    ...(prepared ? { nudges: prepared.nudges } : {}),
    asked,
    excluded: barred(stage),
    votes: [],
    seats: counted.seats,
  };
  const away = whoIsAway(stage);
  run.tell(
    'approval.requested',
    `${run.title} → ${stage.environment}`,
    `Asked to approve ${run.title} for ${stage.environment}: ${asked.map((person) => nameAmong(stage.candidates, person)).join(', ')}.${away.length > 0 ? ` Away: ${away.join(', ')}.` : ''}`,
    {
      facts: {
        request: requestId,
        subject: stage.subjectDigest,
        deadline,
        asked,
        ...(stage.standIns ? { standIns: stage.standIns } : {}),
      },
    },
  );
  if (run.version < 2) await run.recorder.written(); // the mail is made from the record
  run.notify({
    occasion: `approval/${requestId}/ask`,
    kind: 'approvalRequest',
    to: asked,
    requestId,
    environment: stage.environment,
    sentence: `You are asked to approve ${run.title} for ${stage.environment}.`,
  });
  run.touch();
}

/** What people would be asked about is to be planned or looked at anew: a request about it would be void at once. */
export const isOvertaken = (run: ReleaseRun, { environment }: StagePlan): boolean =>
  (run.replan !== undefined || run.reopened.has(environment)) &&
  run.isMended('asks-about-nothing-that-is-overtaken');

/** Each absent person with who votes instead. */
const whoIsAway = ({ standIns, candidates }: StagePlan): string[] =>
  (standIns?.away ?? []).map(({ person, delegate }) =>
    delegate === undefined
      ? nameAmong(candidates, person)
      : `${nameAmong(candidates, person)} (${nameAmong(candidates, delegate)} stands in)`,
  );

/** Those whom at least one rule of the stage really bars, with the reason in words. */
const barred = (stage: StagePlan): ApprovalView['excluded'] =>
  stage.excluded
    .filter(({ as }) => stage.rules.some((rule) => as.some((reason) => rule.not.includes(reason))))
    .map(({ person, because }) => ({ person, because }));

/** Brings the stage's request up to date with the clock and the votes; a refusal or an expiry ends the release. */
export async function followApproval(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const { approval } = run.stageView(stage);
  if (approval === undefined) await lookForAbsences(run, stage);
  if (approval?.state === 'approved') lapse(run, stage, approval);
  if (approval?.state !== 'open') return;
  const outlook = await outlookOf(run, stage, approval);
  if (run.stageView(stage).approval?.state !== 'open') return; // superseded meanwhile
  delete approval.closesAt;
  if (outlook.kind === 'inGrace') approval.closesAt = outlook.closesAt;
  else if (outlook.kind === 'open') nudge(run, stage, approval);
  else if (outlook.kind !== 'escalate') close(run, stage, approval, outlook.kind);
}

/** What becomes of an open request now. Silence is believed only once the record has been asked for late deliveries. */
async function outlookOf(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): Promise<Closing> {
  const outlook = look(run, stage, approval);
  if (outlook.kind !== 'expired' && outlook.kind !== 'held' && outlook.kind !== 'escalate') return outlook;
  await countLateComers(run, approval);
  const known = look(run, stage, approval);
  if (known.kind !== 'escalate') return known;
  await escalate(run, stage, approval);
  return look(run, stage, approval);
}

/** An approval holds for a week, and not beyond the start that it was given for (semantics §4, "Validity"); then people are asked again. */
function lapse(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): void {
  if (!hasLapsed(approval, run.now)) return;
  const why = `it was approved at ${approval.closedAt ?? ''} and held until ${approval.validUntil ?? ''}`;
  run.recorder.closed({
    requestId: approval.requestId,
    from: 'approved',
    state: 'expired',
    at: run.now,
    because: why,
  });
  run.previousRequests.set(stage.environment, approval.requestId);
  delete run.stageView(stage).approval;
  run.tell(
    'approval.closed',
    `${run.title} → ${stage.environment}`,
    `The approval of ${run.title} for ${stage.environment} holds no more: ${why}. People are asked again.`,
    { facts: { request: approval.requestId, state: 'expired' } },
  );
}

/** Whether the time is over for which something was approved. */
export const hasLapsed = (approval: ApprovalView | undefined, now: string): boolean =>
  approval?.validUntil !== undefined && Date.parse(now) >= Date.parse(approval.validUntil);

/** Received is promised: what was written down in time counts, even where the door to the workflow was closed meanwhile. */
async function countLateComers(run: ReleaseRun, approval: ApprovalView): Promise<void> {
  const counted = (run.cast.get(approval.requestId) ?? []).map((vote) => vote.decisionId);
  // left out of the question, not of the answer: releases from before are rebuilt by the answers that they had
  const known = [...counted, ...run.takenBack];
  const { decisions } = await run.recorder.alone(() =>
    record.readReceived({ requestId: approval.requestId, known }),
  );
  for (const decision of decisions) count(run, decision);
}

const because: Record<Exclude<ApprovalState, 'open' | 'superseded' | 'withdrawn'>, string> = {
  approved: 'everybody who was needed approved',
  rejected: 'it was rejected',
  expired: 'nobody who was needed decided in time',
  held: 'nobody who was needed decided in time, and the stage says to hold',
};

function close(
  run: ReleaseRun,
  stage: StagePlan,
  approval: ApprovalView,
  state: 'approved' | 'rejected' | 'expired' | 'held',
): void {
  approval.state = state;
  approval.closedAt = run.now;
  if (stage.asking && state === 'approved')
    approval.validUntil = validUntil(run.now, run.view.schedule?.startBy);
  const rejection = approval.votes.find((vote) => vote.choice === 'reject');
  const why =
    state === 'rejected' && rejection
      ? `${run.nameOf(rejection.person)} rejected it: ${rejection.comment ?? 'without a reason'}`
      : because[state];
  run.recorder.closed({ requestId: approval.requestId, state, at: run.now, because: why });
  run.tell(
    'approval.closed',
    `${run.title} → ${stage.environment}`,
    `The approval of ${run.title} for ${stage.environment} closed as ${state}: ${why}.`,
    {
      facts: {
        request: approval.requestId,
        state,
        votes: Object.fromEntries(approval.votes.map((vote) => [vote.person, vote.choice])),
      },
    },
    run.version >= 2 && state === 'approved', // then the next step, or what still holds it up, follows at once
  );
  if (state === 'approved') takeConditions(run, stage, approval);
  if (state === 'rejected')
    throw new Stop({ kind: 'rejected', because: why, ...(rejection ? { by: rejection.person } : {}) });
  if (state === 'expired')
    throw new Stop({ kind: 'expired', because: `${why} (deadline ${instantText(approval.deadline)})` });
  if (state === 'held') {
    run.hold({ by: 'gantry', reason: `${why}; resume to ask again, or abort`, kind: 'approvalExpired' });
    run.stageView(stage).verdicts = [];
  }
}

/** Shuts a request whose release ends before it was decided. */
export function withdrawOpenApprovals(run: ReleaseRun, why: string): void {
  for (const stage of run.plan.stages) withdrawApproval(run, stage, why);
}

/** Shuts the stage's request, if it is open: its votes decide nothing any more. */
export function withdrawApproval(run: ReleaseRun, stage: StagePlan, why: string): void {
  const { approval } = run.stageView(stage);
  if (approval?.state !== 'open') return;
  approval.state = 'withdrawn';
  approval.closedAt = run.now;
  run.recorder.closed({ requestId: approval.requestId, state: 'withdrawn', at: run.now, because: why });
}
