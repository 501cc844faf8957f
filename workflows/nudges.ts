import { electorateOf } from '../domain/gates/approvals/electorate.ts';
import { instantText } from '../domain/instant-text.ts';
import { dueNudges } from '../domain/gates/approvals/ladder.ts';
import { tally, unreachable } from '../domain/gates/approvals/quorum.ts';
import type { RequestPreparation } from '../activities/contract.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ApprovalView, StageView } from '../domain/release/release.ts';
import { record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';

/** How often absences are looked at again while they keep people from being asked. */
const absencesEveryMs = 3_600_000;

/**
 * Finds out who is away, who may vote instead, until when, and when people are to be reminded. Nothing of it for a release that was
 * planned before there was any of it.
 */
export async function prepareRequest(
  run: ReleaseRun,
  stage: StagePlan,
  openedAt: string,
  escalated?: { spanMs: number },
): Promise<RequestPreparation | undefined> {
  if (!stage.asking) return undefined;
  const { rules, candidates, excluded, asking } = stage;
  const prepared = await run.recorder.alone(() =>
    record.prepareRequest({
      policyDigest: run.order.policyDigest,
      stage: { rules, candidates, excluded },
      clock: asking.clock,
      openedAt,
      spanMs: escalated?.spanMs ?? stage.approval.expiresMs,
      isEscalated: escalated !== undefined,
    }),
  );
  const { standIns } = prepared;
  if (standIns.away.length + standIns.backups.length > 0) stage.standIns = standIns;
  else delete stage.standIns;
  run.absencesAskedAt.set(stage.environment, Date.now());
  return prepared;
}

/** Absences that keep people from being asked may be ended before their time. */
export async function lookForAbsences(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const again = nextLookForAbsences(run, stage);
  if (again !== undefined && again <= Date.now()) await prepareRequest(run, stage, run.now);
}

function nextLookForAbsences(run: ReleaseRun, stage: StagePlan): number | undefined {
  const askedAt = run.absencesAskedAt.get(stage.environment);
  if (askedAt === undefined || unreachable(electorateOf(stage)) === undefined) return undefined;
  return askedAt + absencesEveryMs;
}

/** When the approval of a stage is to be looked at next, by the clock alone; epoch milliseconds. */
export function approvalTimes(run: ReleaseRun, stage: StagePlan, { approval }: StageView): number[] {
  if (approval === undefined) return [nextLookForAbsences(run, stage)].filter((ms) => ms !== undefined);
  if (approval.state === 'approved') return instants([approval.validUntil]);
  if (approval.state !== 'open') return [];
  if (approval.closesAt !== undefined) return instants([approval.closesAt]);
  const back = (stage.standIns?.away ?? []).filter(({ isBack }) => isBack !== true).map(({ until }) => until);
  return instants([approval.deadline, approval.nudges?.[0]?.at, ...back]);
}

const instants = (times: (string | undefined)[]): number[] =>
  times.flatMap((at) => (at === undefined ? [] : [Date.parse(at)]));

/** Does what is due while a request waits: reminds, asks backup groups and those who have come back, tells managers. */
export function nudge(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): void {
  welcomeBack(run, stage, approval);
  const { due, ahead } = dueNudges(approval.nudges ?? [], run.now);
  if (due.length === 0) return;
  approval.nudges = ahead;
  if (due.some(({ step }) => step === 'backup')) openBackups(run, stage, approval);
  const missing = whoIsMissing(stage, approval);
  const named = (step: string) =>
    `approval/${approval.requestId}/${approval.escalatedAt ? 'second-' : ''}${step}`;
  const of = (steps: readonly string[]) =>
    due
      .filter(({ step }) => steps.includes(step))
      .flatMap(({ to }) => to.filter((id) => missing.includes(id)));
  const last = of(['last']);
  const half = of(['half']).filter((person) => !last.includes(person)); // after a long standstill one mail is enough
  remind(run, stage, approval, { to: half, occasion: named('half') });
  remind(run, stage, approval, { to: last, occasion: named('last') });
  ask(run, stage, approval, { to: of(['backup']), occasion: named('backup') });
  for (const { to, about = [] } of due.filter(({ step }) => step === 'manager')) {
    const silent = about.filter((person) => missing.includes(person));
    if (silent.length === 0) continue;
    run.notify({
      occasion: named('manager'),
      kind: 'approvalWaits',
      to,
      requestId: approval.requestId,
      environment: stage.environment,
      sentence: `The approval of ${run.title} for ${stage.environment} runs out at ${instantText(approval.deadline)}, and not everybody whom it waits for has decided.`,
      facts: { silent: silent.join(', ') },
    });
  }
}

interface Telling {
  to: string[];
  occasion: string;
}

function remind(run: ReleaseRun, stage: StagePlan, approval: ApprovalView, { to, occasion }: Telling): void {
  if (to.length === 0) return;
  run.notify({
    occasion,
    kind: 'reminder',
    to,
    requestId: approval.requestId,
    environment: stage.environment,
    sentence: `${run.title} still waits for your decision on ${stage.environment}.`,
  });
  run.tell(
    'approval.reminded',
    `${run.title} → ${stage.environment}`,
    `Reminded of ${run.title} for ${stage.environment}: ${to.join(', ')}.`,
    { facts: { request: approval.requestId, people: to } },
  );
}

/** Asks people who may vote only now; whoever was asked before keeps that mail. */
function ask(run: ReleaseRun, stage: StagePlan, approval: ApprovalView, { to, occasion }: Telling): void {
  if (to.length === 0) return;
  approval.asked = [...new Set([...approval.asked, ...to])].sort();
  run.notify({
    occasion,
    kind: 'approvalRequest',
    to,
    requestId: approval.requestId,
    environment: stage.environment,
    sentence: `You are asked to approve ${run.title} for ${stage.environment}.`,
  });
}

/** From now on the backup groups may vote under all rules that have one. */
function openBackups(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): void {
  const backups = stage.rules.flatMap(({ backup }, index) => (backup ? [index] : []));
  if (backups.length === (stage.standIns?.backups.length ?? 0)) return;
  stage.standIns = { away: stage.standIns?.away ?? [], backups };
  renew(run, stage, approval);
  run.tell(
    'approval.escalated',
    `${run.title} → ${stage.environment}`,
    `Little time is left to approve ${run.title} for ${stage.environment}, so its backup groups may decide, too.`,
    { facts: { request: approval.requestId, deadline: approval.deadline } },
  );
}

/** Whoever is back is asked, and the delegate votes no more. */
function welcomeBack(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): void {
  const back = (stage.standIns?.away ?? []).filter(
    ({ until, isBack }) => isBack !== true && Date.parse(until) <= Date.now(),
  );
  if (back.length === 0) return;
  for (const absence of back) absence.isBack = true;
  renew(run, stage, approval);
  const missing = whoIsMissing(stage, approval);
  const to = back.map(({ person }) => person).filter((person) => missing.includes(person));
  const news = to.filter((person) => !approval.asked.includes(person));
  ask(run, stage, approval, { to: news, occasion: `approval/${approval.requestId}/back` });
  run.tell(
    'approval.escalated',
    `${run.title} → ${stage.environment}`,
    `Back, and asked for ${run.title} again: ${back.map(({ person }) => person).join(', ')}.`,
    { facts: { request: approval.requestId } },
  );
}

/** Gives a request that nobody decided half its time again, once, and lets the backup groups vote (semantics §4, "Deadline"). */
export async function escalate(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): Promise<void> {
  const from = approval.deadline;
  const prepared = await prepareRequest(run, stage, from, {
    spanMs: Math.round(stage.approval.expiresMs / 2),
  });
  if (!prepared || approval.state !== 'open') return;
  approval.deadline = prepared.deadline;
  approval.escalatedAt = run.now;
  approval.nudges = prepared.nudges;
  renew(run, stage, approval);
  const missing = whoIsMissing(stage, approval);
  run.tell(
    'approval.escalated',
    `${run.title} → ${stage.environment}`,
    `Nobody who was needed approved ${run.title} for ${stage.environment} in time; until ${instantText(approval.deadline)} these may: ${missing.join(', ')}.`,
    { facts: { request: approval.requestId, deadline: approval.deadline, before: from, asked: missing } },
  );
  ask(run, stage, approval, { to: missing, occasion: `approval/${approval.requestId}/escalated` });
}

/** What the pages and the counting go by is what holds now. */
function renew(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): void {
  approval.seats = tally({ ...electorateOf(stage), votes: approval.votes }).seats;
  run.recorder.renewed({ requestId: approval.requestId, deadline: approval.deadline, stage });
}

const whoIsMissing = (stage: StagePlan, approval: ApprovalView): string[] => [
  ...new Set(
    tally({ ...electorateOf(stage), votes: approval.votes }).who.flatMap(({ candidates }) => candidates),
  ),
];
