import { isCancellation } from '@temporalio/workflow';
import type { OperationResult } from '../../activities/contract.ts';
import type { RehearsalCheck, RunnableCheck } from '../../domain/policy/check.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { fillPlaceholders } from '../../domain/policy/placeholders.ts';
import type { PlannedComponent, StagePlan } from '../../domain/release/plan.ts';
import type { CheckView } from '../../domain/release/release.ts';
import { whyNoWayBack } from '../../domain/rollout/way-back.ts';
import { watchCalendar } from '../calendar.ts';
import { causeOf, Stop } from '../failures.ts';
import { untilNotHeld } from '../holding.ts';
import { goingBack, operation } from '../operations.ts';
import { operate, runCheckAt, stepMinutes } from '../places.ts';
import { beginAnew, doubtUndone, rehearseRollout } from '../rehearse-rollout.ts';
import type { ReleaseRun } from '../run.ts';
import { hasNewDoubt, turnBackForCalendar, turnBackForDoubt, turnsBack } from '../turn-back.ts';
import { planOf, wayOf, type Way } from '../way.ts';

const isRehearsal = (check: StagePlan['checks'][number]): check is RehearsalCheck =>
  check.kind === 'rehearsal';

export const hasRehearsal = (stage: StagePlan): boolean => stage.checks.some(isRehearsal);

/** `shut`: something came meanwhile that the gates of the stage are to be asked about. */
type End = 'rehearsed' | 'shut';

/** How a rehearsal of one component ended. */
interface Tried {
  isPassed: boolean;
  because: string;
  resultId?: string;
  /** It ended before the probe, so nobody knows what stands there: no word of the policy makes light of that. */
  isInDoubt?: true;
  /** It did not go all the way out, and what it had done was taken back. */
  isBrokenOff?: true;
}

/**
 * Tries the undo out where it hurts nobody: deploys, undoes, and looks whether the version before runs again; all with the
 * environment held, through the stage's own deployer, under operation ids of its own. The real undo is registered before:
 * should the rehearsal fail half way, it brings the stage back. Once it was taken back nothing was touched, so what comes
 * meanwhile, a freeze or a new doubt, sends the stage back to its gates: `shut`, with the environment given back.
 */
export async function rehearse(run: ReleaseRun, stage: StagePlan): Promise<End> {
  run.stageView(stage).state = 'deploying';
  run.enter('deploying');
  await untilNotHeld(run);
  if (run.rehearsesApart) return rehearseAll(run, stage);
  if (await turnsBack(run, stage)) return 'rehearsed'; // what comes next looks again
  for (const check of stage.checks.filter(isRehearsal)) await rehearseAs(run, stage, check);
  return 'rehearsed';
}

async function rehearseAll(run: ReleaseRun, stage: StagePlan): Promise<End> {
  const watch = watchCalendar(run, stage);
  try {
    for (const check of stage.checks.filter(isRehearsal))
      if ((await rehearseAs(run, stage, check)) === 'shut')
        return hasNewDoubt(run, stage)
          ? await turnBackForDoubt(run, stage)
          : await turnBackForCalendar(run, stage);
  } finally {
    watch.stop();
  }
  return 'rehearsed';
}

async function rehearseAs(run: ReleaseRun, stage: StagePlan, check: RehearsalCheck): Promise<End> {
  for (const component of stage.components) {
    run.leaveIfStopped();
    const view = run
      .stageView(stage)
      .checks.find((one) => one.id === check.id && one.service === component.service);
    if (!view) continue;
    const skipped = whySkipped(component) ?? whyNotTaken(run, component);
    if (skipped !== undefined) {
      settle(run, stage, { check, component, view }, { isPassed: true, because: skipped });
      continue;
    }
    if (run.rehearsesApart) {
      if (view.outcome === 'passed' && run.rehearsals.isPassed(check.id, stage, component)) continue;
      await untilNotHeld(run);
      run.leaveIfStopped();
      if (await turnsBack(run, stage)) return 'shut';
    }
    const end = await rehearseOne(run, stage, { check, component, view });
    if (end === 'shut') return 'shut';
  }
  return 'rehearsed';
}

/** There must be something that it goes forward from and back to. */
function whySkipped(component: PlannedComponent): string | undefined {
  if (component.mode !== 'deploy') return `nothing to rehearse: it is a ${component.mode}`;
  return goingBack(component).previousVersion === undefined
    ? 'nothing to rehearse: it is the first deployment there'
    : undefined;
}

/**
 * A rehearsal is a deployment and its undo: neither is made where the second must not be. What runs there now may be banned, for it runs all the
 * same until it is replaced; another version may not.
 */
function whyNotTaken(run: ReleaseRun, component: PlannedComponent): string | undefined {
  const why = whyNoWayBack([component], component.backTo ? (run.view.quarantines ?? []) : [], true);
  if (why === undefined || !run.isMended('a-way-back-that-is-shut-is-not-taken')) return undefined;
  return `not rehearsed: ${why}`;
}

interface Job {
  check: RehearsalCheck;
  component: PlannedComponent;
  view: CheckView;
}

async function rehearseOne(run: ReleaseRun, stage: StagePlan, job: Job): Promise<End> {
  const { check, component, view } = job;
  const rollout = run.stageView(stage).rollout.find(({ service }) => service === component.service);
  if (rollout) run.compensations.registerRehearsal(stage, component, rollout); // before the step: its reply may be lost
  view.outcome = 'running';
  view.round = run.rehearsals.begin(stage, component, view.round);
  view.startedAt = run.now;
  view.summary = 'is being rehearsed';
  run.tell(
    'rehearsal.started',
    component.service,
    `The undo of ${component.service} ${component.version} is rehearsed in ${stage.environment}.`,
  );
  await run.recorder.written();
  const tried = await tryOut(run, stage, job);
  if (tried.isBrokenOff && tried.isPassed) {
    breakOff(run, stage, job);
    if (rollout) beginAnew(rollout);
    return 'shut';
  }
  settle(run, stage, job, tried);
  keep(run, stage, job, tried);
  if (!tried.isPassed && (check.required || (tried.isInDoubt && run.version >= 4)))
    throw new Stop({
      kind: 'failed',
      because: `the rehearsal of the undo of ${component.service} ${component.version} in ${stage.environment} failed: ${tried.because}`,
    });
  if (tried.isPassed) {
    run.compensations.dropRehearsed(component.service);
    run.rehearsals.pass(check.id, stage, component);
  } else if (rollout) run.compensations.register(stage, component, rollout); // whatever it has left is to be undone
  if (rollout && planOf(stage).kind !== 'steps') beginAnew(rollout);
  return 'rehearsed';
}

/** What it had done is taken back, and what ran before runs again; it is rehearsed anew once the gates allow it. */
function breakOff(run: ReleaseRun, stage: StagePlan, { component, view }: Job): void {
  run.compensations.dropRehearsed(component.service);
  view.outcome = 'pending';
  view.summary = 'was broken off and taken back; it begins anew';
  view.endedAt = run.now;
  run.tell(
    'rehearsal.brokenOff',
    component.service,
    `The rehearsal of the undo of ${component.service} ${component.version} in ${stage.environment} was broken off and taken back.`,
  );
}

async function tryOut(run: ReleaseRun, stage: StagePlan, job: Job): Promise<Tried> {
  if (planOf(stage).kind !== 'steps') return tryOutInParts(run, stage, job);
  const applied = await effect(run, stage, job, 'rehearsalApply');
  run.leaveIfStopped();
  if (applied.outcome !== 'done')
    return { isPassed: false, isInDoubt: true, because: `it could not be deployed: ${applied.because}` };
  const undone = await effect(run, stage, job, 'rehearsalUndo');
  run.leaveIfStopped();
  if (undone.outcome !== 'done')
    return { isPassed: false, isInDoubt: true, because: `it could not be undone: ${undone.because}` };
  return probe(run, stage, job);
}

/** Targets and switches are gone one by one, so what became of each is known when the real undo is asked. */
async function tryOutInParts(run: ReleaseRun, stage: StagePlan, job: Job): Promise<Tried> {
  const way: Way = { ...wayOf(run, stage, job.component), rehearsal: job.view.round };
  const { isBrokenOff, because } = await rehearseRollout(way);
  if (because !== undefined) return { isPassed: false, isInDoubt: true, because };
  const probed = await probe(run, stage, job);
  if (!probed.isPassed) doubtUndone(way.rollout, run.now, probed.because);
  run.leaveIfStopped();
  return { ...probed, ...(isBrokenOff ? { isBrokenOff } : {}) };
}

async function effect(
  run: ReleaseRun,
  stage: StagePlan,
  { component, view: { round } }: Job,
  kind: 'rehearsalApply' | 'rehearsalUndo',
): Promise<OperationResult> {
  const isApply = kind === 'rehearsalApply';
  const summary = `rehearsal: ${isApply ? 'deploy' : 'undo'} ${component.service} ${component.version} in ${stage.environment}`;
  const input = operation(run, stage, component, {
    ...{ kind, step: 1, round, weight: isApply ? 100 : 0, summary },
  });
  try {
    const work = { summary, minutes: stepMinutes(stage) };
    return await operate(run, stage, isApply ? 'apply' : 'undo', input, work);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { outcome: 'unknown', because: causeOf(error).because };
  }
}

async function probe(run: ReleaseRun, stage: StagePlan, { check, component, view }: Job): Promise<Tried> {
  const back = goingBack(component);
  const minutes = Math.ceil((durationMs(check.timeout) * check.attempts) / 60_000) + 2;
  const summary = `probe whether ${back.service} ${back.previousVersion ?? ''} runs in ${stage.environment} again`;
  try {
    const asked = {
      releaseId: run.view.id,
      environment: stage.environment,
      component: back,
      check: probeOf(check, stage, back),
      round: view.round,
      policyDigest: run.order.policyDigest,
    };
    const result = await runCheckAt(run, stage, asked, { summary, minutes, patience: Infinity });
    return { isPassed: result.outcome === 'passed', because: result.summary, resultId: result.resultId };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { isPassed: false, because: causeOf(error).because };
  }
}

/** The probe as a check that can be run. */
function probeOf(
  check: RehearsalCheck,
  { environment }: StagePlan,
  component: PlannedComponent,
): RunnableCheck {
  const { id, timeout, attempts, required, probe: of } = check;
  const common = { id, timeout, attempts, required };
  if (of.kind === 'command')
    return {
      ...common,
      kind: 'command',
      run: of.run,
      environment: of.environment ?? [],
      secrets: of.secrets ?? [],
      report: {},
    };
  const { service, version, previousVersion } = component;
  const contains =
    of.contains === undefined
      ? undefined
      : fillPlaceholders(of.contains, { service, version, environment, previousVersion });
  return {
    ...common,
    kind: 'http',
    url: of.url,
    method: 'GET',
    headers: of.headers ?? {},
    expect: { status: of.status ?? 200, ...(contains === undefined ? {} : { contains }) },
  };
}

function settle(run: ReleaseRun, stage: StagePlan, { check, component, view }: Job, tried: Tried): void {
  view.outcome = tried.isPassed ? 'passed' : 'failed';
  view.summary = tried.because;
  view.endedAt = run.now;
  if (tried.resultId) view.resultId = tried.resultId;
  run.tell(
    'rehearsal.finished',
    `check ${check.id}`,
    `Rehearsal of the undo of ${component.service} ${component.version} in ${stage.environment}: ${view.outcome}, ${tried.because}`,
    { facts: { outcome: view.outcome, ...(tried.resultId ? { result: tried.resultId } : {}) } },
  );
}

/** Kept with its date: later stages ask when the undo of this build was rehearsed. */
function keep(
  run: ReleaseRun,
  stage: StagePlan,
  { component: { service, version, digest, commit }, view: { round } }: Job,
  { isPassed, because }: Tried,
): void {
  run.recorder.rehearsed({
    id: [run.view.id, stage.environment, service, ...(round === 1 ? [] : [round])].join('+'),
    environment: stage.environment,
    service,
    version,
    ...(digest === undefined ? {} : { digest }),
    ...(commit === undefined ? {} : { commit }),
    isPassed,
    because,
    at: run.now,
  });
}
