import { isCancellation } from '@temporalio/workflow';
import type { OperationResult } from '../../activities/contract.ts';
import type { RehearsalCheck, RunnableCheck } from '../../domain/policy/check.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { fillPlaceholders } from '../../domain/policy/placeholders.ts';
import type { PlannedComponent, StagePlan } from '../../domain/release/plan.ts';
import type { CheckView } from '../../domain/release/release.ts';
import { isStillOpen } from '../calendar.ts';
import { causeOf, Stop } from '../failures.ts';
import { untilNotHeld } from '../holding.ts';
import { goingBack, operation } from '../operations.ts';
import { operate, runCheckAt, stepMinutes } from '../places.ts';
import { beginAnew, doubtUndone, rehearseRollout } from '../rehearse-rollout.ts';
import type { ReleaseRun } from '../run.ts';
import { planOf, wayOf, type Way } from '../way.ts';

const isRehearsal = (check: StagePlan['checks'][number]): check is RehearsalCheck =>
  check.kind === 'rehearsal';

export const hasRehearsal = (stage: StagePlan): boolean => stage.checks.some(isRehearsal);

/** How a rehearsal of one component ended. */
interface Tried {
  isPassed: boolean;
  because: string;
  resultId?: string;
  /** It ended before the probe, so nobody knows what stands there: no word of the policy makes light of that. */
  isInDoubt?: true;
}

/**
 * Tries the undo out where it hurts nobody: deploys, undoes, and looks whether the version before runs again; all with the
 * environment held, through the stage's own deployer, under operation ids of its own. The real undo is registered before:
 * should the rehearsal fail half way, it brings the stage back.
 */
export async function rehearse(run: ReleaseRun, stage: StagePlan): Promise<void> {
  run.stageView(stage).state = 'deploying';
  run.enter('deploying');
  await untilNotHeld(run);
  if (await turnsBack(run, stage)) return;
  for (const check of stage.checks.filter(isRehearsal)) await rehearseAs(run, stage, check);
}

/** Before its first step the stage turns back: for a new task, for gates that are to be asked again, or for the calendar. */
async function turnsBack(run: ReleaseRun, stage: StagePlan): Promise<boolean> {
  if (!run.turnsBackForDoubts || run.compensations.isAnyRegistered) return false;
  if (run.stagesWithNewTasks.has(stage.environment) || run.reopened.has(stage.environment)) return true;
  await run.recorder.written();
  const known = run.stageView(stage).calendar;
  return !(await isStillOpen(run, stage, { isFirst: true, known }));
}

async function rehearseAs(run: ReleaseRun, stage: StagePlan, check: RehearsalCheck): Promise<void> {
  for (const component of stage.components) {
    run.leaveIfStopped();
    const view = run
      .stageView(stage)
      .checks.find((one) => one.id === check.id && one.service === component.service);
    if (!view) continue;
    const skipped = whySkipped(component);
    if (skipped !== undefined) {
      settle(run, stage, { check, component, view }, { isPassed: true, because: skipped });
      continue;
    }
    await rehearseOne(run, stage, { check, component, view });
  }
}

/** There must be something that it goes forward from and back to. */
function whySkipped(component: PlannedComponent): string | undefined {
  if (component.mode !== 'deploy') return `nothing to rehearse: it is a ${component.mode}`;
  return goingBack(component).previousVersion === undefined
    ? 'nothing to rehearse: it is the first deployment there'
    : undefined;
}

interface Job {
  check: RehearsalCheck;
  component: PlannedComponent;
  view: CheckView;
}

async function rehearseOne(run: ReleaseRun, stage: StagePlan, job: Job): Promise<void> {
  const { component, view } = job;
  const rollout = run.stageView(stage).rollout.find(({ service }) => service === component.service);
  if (rollout) run.compensations.register(stage, component, rollout); // before the step: its reply may be lost
  view.outcome = 'running';
  view.round += 1;
  view.startedAt = run.now;
  view.summary = 'is being rehearsed';
  run.tell(
    'rehearsal.started',
    component.service,
    `The undo of ${component.service} ${component.version} is rehearsed in ${stage.environment}.`,
  );
  await run.recorder.written();
  const tried = await tryOut(run, stage, job);
  settle(run, stage, job, tried);
  keep(run, stage, component, tried);
  if (!tried.isPassed && (job.check.required || (tried.isInDoubt && run.version >= 4)))
    throw new Stop({
      kind: 'failed',
      because: `the rehearsal of the undo of ${component.service} ${component.version} in ${stage.environment} failed: ${tried.because}`,
    });
  if (rollout && planOf(stage).kind !== 'steps') beginAnew(rollout);
}

async function tryOut(run: ReleaseRun, stage: StagePlan, job: Job): Promise<Tried> {
  if (planOf(stage).kind !== 'steps') return tryOutInParts(run, stage, job);
  const applied = await effect(run, stage, job.component, 'rehearsalApply');
  run.leaveIfStopped();
  if (applied.outcome !== 'done')
    return { isPassed: false, isInDoubt: true, because: `it could not be deployed: ${applied.because}` };
  const undone = await effect(run, stage, job.component, 'rehearsalUndo');
  run.leaveIfStopped();
  if (undone.outcome !== 'done')
    return { isPassed: false, isInDoubt: true, because: `it could not be undone: ${undone.because}` };
  return probe(run, stage, job);
}

/** Targets and switches are gone one by one, so what became of each is known when the real undo is asked. */
async function tryOutInParts(run: ReleaseRun, stage: StagePlan, job: Job): Promise<Tried> {
  const way: Way = { ...wayOf(run, stage, job.component), isRehearsal: true };
  const because = await rehearseRollout(way);
  if (because !== undefined) return { isPassed: false, isInDoubt: true, because };
  const probed = await probe(run, stage, job);
  if (!probed.isPassed) doubtUndone(way.rollout, run.now, probed.because);
  run.leaveIfStopped();
  return probed;
}

async function effect(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  kind: 'rehearsalApply' | 'rehearsalUndo',
): Promise<OperationResult> {
  const isApply = kind === 'rehearsalApply';
  const summary = `rehearsal: ${isApply ? 'deploy' : 'undo'} ${component.service} ${component.version} in ${stage.environment}`;
  const input = operation(run, stage, component, { kind, step: 1, weight: isApply ? 100 : 0, summary });
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
  { service, version, digest, commit }: PlannedComponent,
  { isPassed, because }: Tried,
): void {
  run.recorder.rehearsed({
    id: [run.view.id, stage.environment, service].join('+'),
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
