import { whoOf } from '../commands.ts';
import { electorateOf } from '../../domain/gates/approvals/electorate.ts';
import { evaluateHolds } from '../../domain/gates/holds/evaluate.ts';
import { evaluateRegressions } from '../../domain/gates/regression/evaluate.ts';
import { evaluateGates } from '../../domain/gates/index.ts';
import { allAllowed, headlineVerdict, isShut, type GateVerdict } from '../../domain/verdict.ts';
import type { StagePlan } from '../../domain/release/plan.ts';
import { ruling } from '../../domain/release/postpone.ts';
import type { StageView } from '../../domain/release/release.ts';
import { askForApproval, followApproval, isOvertaken } from '../approval.ts';
import { glassOf, noteGlass } from '../break-glass.ts';
import { approvalTimes } from '../nudges.ts';
import { followCalendar } from '../calendar.ts';
import { Stop } from '../failures.ts';
import { followMilestones, nextMilestone, reach } from '../milestones.ts';
import { freeLock, lockKeys, nextLockLook, requestLock } from '../locks.ts';
import { followPostponement, isPostponed } from '../postpone.ts';
import { evaluateSampling } from '../../domain/gates/sampling/evaluate.ts';
import { followRisk, isRiskByDuty, mayAskAtRisk, nextRiskLook, riskRow } from '../risk.ts';
import type { ReleaseRun } from '../run.ts';
import { followReopened } from '../reopen.ts';
import { followReviews } from '../reviews.ts';
import { holdWhereNobodyIsAsked, regressionsAhead } from '../regression.ts';
import { startSampling } from '../sampling.ts';
import { followStanding, mayAskBeforeStanding, nextStandingLooks, standingRows } from '../standing.ts';
import { isDoubted } from '../turn-back.ts';
import { passDoor } from './pass-door.ts';
import { planAgain } from './plan-again.ts';
import type { Replan } from './replan.ts';
import { verify } from './verify.ts';

/** A denial that nobody changes ends the release after this time (semantics §12). */
const deniedForMs = 72 * 3_600_000;

/**
 * Returns the stage that may be deployed, with the environment's lock held. Where another version has come to run there since
 * it was planned, it is planned, asked and approved anew: the way back is part of what people agree to.
 */
export async function passGates(run: ReleaseRun, planned: StagePlan): Promise<StagePlan> {
  let stage = planned;
  run.beyondDoor.delete(stage.environment);
  for (;;) {
    const again = await openGates(run, stage);
    if (again) {
      stage = await planAgain(run, stage, again);
      if (run.stageView(stage).checks.some(({ outcome }) => outcome === 'pending')) await verify(run, stage);
      continue;
    }
    const door = await passDoor(run, stage);
    if (door === 'open' && !isPostponed(run) && !run.replan && !isDoubted(run, stage)) {
      run.beyondDoor.add(stage.environment);
      noteGlass(run, stage);
      if (isLast(run, stage)) reach(run, 'goNoGo');
      return stage;
    }
    if (door === 'stale') {
      stage = await planAgain(run, stage);
      const { checks } = run.stageView(stage);
      if (checks.some(({ outcome, how }) => outcome === 'pending' && !how)) await verify(run, stage);
    }
    // The calendar has come to shut, it was delayed, or there is a new doubt: others may have the environment meanwhile.
    else await freeLock(run, stage);
  }
}

/**
 * Returns once all gates allow the stage in the same round: a vote may outlast what it was given for. Between rounds it sleeps
 * until something changes or a verdict's time has come. Answers why it must be planned anew, where it must.
 */
async function openGates(run: ReleaseRun, stage: StagePlan): Promise<Replan | undefined> {
  let samples = startSampling(run, stage);
  const sampleAnew = (): void => {
    samples.stop();
    samples = startSampling(run, stage);
  };
  try {
    return await waitForGates(run, stage, sampleAnew);
  } finally {
    samples.stop();
  }
}

async function waitForGates(
  run: ReleaseRun,
  stage: StagePlan,
  sampleAnew: () => void,
): Promise<Replan | undefined> {
  const stageView = run.stageView(stage);
  stageView.state = 'gating';
  run.enter('gating');
  let deniedSince: number | undefined;
  for (;;) {
    run.leaveIfStopped();
    const round = run.revision;
    const { replan } = run;
    run.stagesWithNewTasks.delete(stage.environment);
    run.replan = undefined;
    if (replan) return replan;
    if (await followPostponement(run, stage))
      return { because: 'facts have changed while it was postponed', keepsSame: true };
    await followReopened(run, stage, sampleAnew);
    holdWhereNobodyIsAsked(run, stage);
    await runAskedChecks(run, stage);
    await followRisk(run, stage);
    await followApproval(run, stage);
    await followCalendar(run, stage);
    await followReviews(run, stage);
    await followStanding(run, stage);
    followMilestones(run);
    remember(run, stage, stageView, evaluate(run, stage, stageView));
    const areChecksPassed = stageView.verdicts.some(
      ({ gate, kind }) => gate === 'checks' && kind === 'allowed',
    );
    if (areChecksPassed && isLast(run, stage)) reach(run, 'qaDone');
    // while the facts were gathered
    if (run.reopened.has(stage.environment) || isOvertaken(run, stage)) continue;
    if (allAllowed(stageView.verdicts)) return undefined;
    if (!glassOf(run, stage)) leaveIfSampledInVain(run, stage, stageView);
    const headline = headlineVerdict(stageView.verdicts.filter((verdict) => !verdict.passed));
    deniedSince = headline?.kind === 'denied' ? (deniedSince ?? Date.now()) : undefined;
    if (deniedSince !== undefined && Date.now() - deniedSince >= deniedForMs)
      throw new Stop({
        kind: 'expired',
        because: `a gate stayed shut for 72 hours: ${headline?.because ?? ''}`,
      });
    if (await advance(run, stage, stageView)) continue;
    const next = [nextLook(run, stage, stageView, deniedSince), nextMilestone(run)].filter(
      (ms) => ms !== undefined,
    );
    await run.change(round, next.length > 0 ? Math.min(...next) : undefined, `gates of ${stage.environment}`);
  }
}

/** Samples that were not good within their time end the release: nothing is asked any more (semantics §3, "Sampling"). */
function leaveIfSampledInVain(run: ReleaseRun, stage: StagePlan, { sampling }: StageView): void {
  const settings = stage.gates?.sampling;
  if (!settings || !sampling) return;
  const { phase, verdict } = evaluateSampling(settings, sampling, run.now);
  if (phase === 'timedOut') throw new Stop({ kind: 'expired', because: verdict.because });
}

/** Does what opens the next gate: asks people, or queues for the environment. True where that changed something. */
async function advance(run: ReleaseRun, stage: StagePlan, stageView: StageView): Promise<boolean> {
  const kindOf = (gate: string) => stageView.verdicts.find((verdict) => verdict.gate === gate)?.kind;
  if (stageView.approval?.state === 'held' && !run.isHeld) {
    run.previousRequests.set(stage.environment, stageView.approval.requestId);
    delete stageView.approval; // resumed: ask again
  }
  const isNobodyAsked = stage.rules.length > 0 && stageView.approval === undefined;
  if (
    isNobodyAsked &&
    !glassOf(run, stage) &&
    kindOf('checks') === 'allowed' &&
    kindOf('approvals') !== 'denied' &&
    mayAskFrom(run, stage, stageView) <= Date.now()
  ) {
    await askForApproval(run, stage);
    return true;
  }
  const others = stageView.verdicts.filter((verdict) => verdict.gate !== 'lock');
  if (!allAllowed(others)) return false;
  stageView.state = 'ready';
  run.enter('ready');
  return requestLock(run, stage);
}

const isLast = (run: ReleaseRun, stage: StagePlan): boolean =>
  stage.environment === run.plan.stages.at(-1)?.environment;

/**
 * From when on people may be asked (semantics §0): nothing denied by the calendar, and the next opening known and before the
 * request's deadline. A closed window does not delay the asking, an endless freeze does. Epoch milliseconds; Infinity: not yet.
 */
function mayAskBefore(stage: StagePlan, view: StageView): number {
  const { calendar } = view;
  const shut = calendar?.verdicts.filter((row) => row.kind !== 'allowed') ?? [];
  if (!calendar || shut.length === 0) return 0;
  if (shut.some((row) => row.kind === 'denied')) return Infinity;
  if (shut.every((row) => row.kind === 'needsPeople')) return 0;
  const start = calendar.predicted?.start;
  return start === undefined ? Infinity : Date.parse(start) - stage.approval.expiresMs;
}

/** The same where people have delayed it: not before the request could outlast the delay. */
function mayAskOnceDated(run: ReleaseRun, stage: StagePlan, view: StageView): number {
  const delayed = ruling(run.view.postponements, run.now);
  return Math.max(
    mayAskBefore(stage, view),
    delayed ? Date.parse(delayed.until) - stage.approval.expiresMs : 0,
  );
}

/** The same as far as all gates go. */
function mayAskFrom(run: ReleaseRun, stage: StagePlan, view: StageView): number {
  if (!mayAskAtRisk(run, stage)) return Infinity;
  return Math.max(mayAskOnceDated(run, stage, view), mayAskBeforeStanding(stage, view));
}

/** Where nobody is asked yet, from when on they are: else people are said to be missing whom nobody has told. */
function notYetAsked(run: ReleaseRun, stage: StagePlan, view: StageView): { asks?: { from?: string } } {
  if (view.approval || stage.rules.length === 0) return {};
  const from = mayAskOnceDated(run, stage, view);
  if (from <= Date.now() || !run.isMended('says-from-when-on-it-asks')) return {};
  return { asks: Number.isFinite(from) ? { from: new Date(from).toISOString() } : {} };
}

async function runAskedChecks(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const { retry } = run;
  if (!retry) return;
  run.retry = undefined;
  run.tell(
    'check.retried',
    stage.environment,
    `${run.nameOf(whoOf(retry.by))} runs ${retry.check ?? 'the checks'} again.`,
    {
      actor: retry.by,
    },
  );
  await verify(run, stage, retry);
  run.stageView(stage).state = 'gating';
}

/** Every gate, in the order in which people read them; a hold stands last, as long as there is one. */
function evaluate(run: ReleaseRun, stage: StagePlan, view: StageView): GateVerdict[] {
  const passed = glassOf(run, stage);
  const standing = standingRows(run, stage, view);
  const verdicts = evaluateGates(
    {
      checks: view.checks,
      risk: riskRow(run, stage),
      isRiskByDuty: isRiskByDuty(run, stage),
      regressions: evaluateRegressions(regressionsAhead(run, stage), { asksPeople: stage.rules.length > 0 }),
      approvals: {
        ...electorateOf(stage),
        ...(view.approval ? { approval: view.approval } : {}),
        ...(run.plan.owner ? { owner: run.plan.owner } : {}),
        ...notYetAsked(run, stage, view),
      },
      lock: {
        environment: stage.environment,
        keys: lockKeys(stage),
        granted: run.locks.has(stage.environment),
        ...run.lockPlaces.get(stage.environment),
      },
      ...(view.calendar ? { calendar: view.calendar } : {}),
      ...(passed ? { passed } : {}),
      ...(run.view.tasks
        ? { tasks: { tasks: run.view.tasks, environment: stage.environment, candidates: stage.candidates } }
        : {}),
      ...(run.view.postponements ? { postponements: run.view.postponements } : {}),
      ...(run.view.names ? { names: run.view.names } : {}),
      ...(standing ? { standing } : {}),
    },
    view.verdicts,
    run.now,
  );
  if (!run.isHeld) return verdicts;
  const since = run.view.holds[0]?.at ?? run.now;
  return [...verdicts, { gate: 'hold', ...evaluateHolds(run.view.holds, run.nameOf), since }];
}

/** Tells the log when a verdict has changed. What only the lock still holds up is told with the next step. */
function remember(run: ReleaseRun, stage: StagePlan, view: StageView, verdicts: GateVerdict[]): void {
  const isSame = JSON.stringify(verdicts) === JSON.stringify(view.verdicts);
  view.verdicts = verdicts;
  if (isSame) return;
  const open = verdicts.filter(isShut);
  const sentence =
    open.length === 0
      ? `All gates of ${stage.environment} allow ${run.title}.`
      : `${stage.environment}: ${headlineVerdict(open)?.because ?? ''}`;
  const facts = Object.fromEntries(
    verdicts.map((verdict) => [verdict.gate, { kind: verdict.kind, because: verdict.because }]),
  );
  run.tell(
    'gates.evaluated',
    stage.environment,
    sentence,
    { facts },
    open.every((verdict) => verdict.gate === 'lock'),
  );
}

/** The earliest moment at which a verdict may differ: its `until`, the deadline of the approval, or the end of patience. */
function nextLook(
  run: ReleaseRun,
  stage: StagePlan,
  view: StageView,
  deniedSince: number | undefined,
): number | undefined {
  const times = view.verdicts.flatMap((verdict) =>
    verdict.kind === 'waiting' && verdict.until ? [Date.parse(verdict.until)] : [],
  );
  times.push(...nextRiskLook(stage, view));
  const { calendar } = view;
  if (calendar) {
    times.push(...[calendar.nextLook, calendar.closesAt].flatMap((at) => (at ? [Date.parse(at)] : [])));
    const ask = view.approval ? 0 : mayAskFrom(run, stage, view);
    if (ask > Date.now() && Number.isFinite(ask)) times.push(ask);
  }
  const glass = glassOf(run, stage);
  if (glass) times.push(Date.parse(glass.until));
  times.push(...nextStandingLooks(stage, view), ...nextLockLook(run, stage));
  times.push(...approvalTimes(run, stage, view));
  if (deniedSince !== undefined) times.push(deniedSince + deniedForMs);
  return times.length > 0 ? Math.min(...times) : undefined;
}
