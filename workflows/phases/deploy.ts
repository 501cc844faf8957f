import { isCancellation, sleep } from '@temporalio/workflow';
import type { OperationResult } from '../../activities/contract.ts';
import { durationMs, formatDuration } from '../../domain/policy/duration.ts';
import type { PlannedComponent, StagePlan } from '../../domain/release/plan.ts';
import type { RolloutView } from '../../domain/release/release.ts';
import { headlineVerdict } from '../../domain/verdict.ts';
import { judge } from '../analysis.ts';
import { goBackByItself } from '../back-by-itself.ts';
import { isStillOpen, passFreezes, watchCalendar } from '../calendar.ts';
import { stepMinutes } from '../compensations.ts';
import { causeOf, Stop } from '../failures.ts';
import { untilNotHeld } from '../holding.ts';
import { freeLock } from '../locks.ts';
import { deploymentChange, operation } from '../operations.ts';
import { changes } from '../proxies.ts';
import type { ReleaseRun } from '../run.ts';

/**
 * Brings the stage's components out in dependency order, step by step, with analysis between the steps. `shut` where the
 * calendar came to shut before anything was done: then the environment is given back, and its gates are to be passed again.
 */
export async function deploy(run: ReleaseRun, stage: StagePlan): Promise<'deployed' | 'shut'> {
  run.stageView(stage).state = 'deploying';
  run.enter('deploying');
  const watch = watchCalendar(run, stage);
  try {
    for (const component of stage.components) {
      for (const index of stage.deploy.steps.keys())
        if ((await takeStep(run, stage, component, index)) === 'shut') return 'shut';
    }
  } finally {
    watch.stop();
  }
  run.leaveIfStopped();
  return 'deployed';
}

async function takeStep(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  index: number,
): Promise<'taken' | 'shut'> {
  const rollout = rolloutOf(run, stage, component);
  const settings = stage.deploy.steps[index];
  const step = rollout.steps[index];
  if (!settings || !step) return 'taken';
  for (;;) {
    await passFreezes(run, stage, rollout.exposure);
    await untilNotHeld(run);
    const isFirst = !run.compensations.isAnyRegistered;
    const known = run.stageView(stage).calendar;
    await announce(run, stage, component, index);
    if (await isStillOpen(run, stage, { isFirst, known })) break;
    step.state = 'pending';
    delete step.startedAt;
    if (isFirst) return turnBack(run, stage, component);
  }
  const result = await apply(run, stage, component, index, settings.weight);
  await settle(run, stage, component, index, result);
  // a step that ends well although it was to be stopped has taken effect: that is undone, not passed over
  rollout.exposure = settings.weight;
  run.leaveIfStopped();
  step.state = 'holding';
  run.recorder.deployed(deploymentChange(run, stage, component, 'running', settings.weight));
  run.tell(
    'step.finished',
    component.service,
    `${component.service} ${component.version} has ${settings.weight} % in ${stage.environment}.`,
    {},
    !staysAt(stage, index), // then the next step or the end of the stage follows at once
  );
  await stayAt(run, stage, component, index);
  step.state = 'done';
  step.endedAt = run.now;
  return 'taken';
}

/** Registers the undo and writes down what will be done: both before it is, for its reply may be lost. */
async function announce(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  index: number,
): Promise<void> {
  const rollout = rolloutOf(run, stage, component);
  const settings = stage.deploy.steps[index];
  const step = rollout.steps[index];
  if (!settings || !step) return;
  run.compensations.register(stage, component, rollout);
  step.state = 'applying';
  step.startedAt = run.now;
  run.recorder.deployed(deploymentChange(run, stage, component, 'running', rollout.exposure));
  run.tell(
    'step.started',
    component.service,
    `${component.service} ${component.version} goes to ${settings.weight} % in ${stage.environment} (step ${index + 1} of ${stage.deploy.steps.length}).`,
  );
  await run.recorder.written();
}

/** The calendar came to shut between the door and the first step: nothing was done, and nothing is to be undone. */
async function turnBack(run: ReleaseRun, stage: StagePlan, component: PlannedComponent): Promise<'shut'> {
  run.compensations.forget();
  run.recorder.deployed(deploymentChange(run, stage, component, 'failed', 0));
  const calendar = run.stageView(stage).calendar;
  const shut = headlineVerdict(calendar?.verdicts.filter(({ kind }) => kind !== 'allowed') ?? []);
  const because = calendar?.expired ?? shut?.because ?? 'The calendar could not be asked.';
  run.tell('door.shut', stage.environment, `Nothing was deployed: ${because}`);
  if (calendar?.expired !== undefined) throw new Stop({ kind: 'expired', because: calendar.expired });
  await freeLock(run, stage);
  return 'shut';
}

async function apply(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  index: number,
  weight: number,
): Promise<OperationResult> {
  const summary = `deploy ${component.service} ${component.version} to ${stage.environment}, step ${index + 1} of ${stage.deploy.steps.length} (${weight} %)`;
  const input = operation(run, stage, component, { kind: 'apply', step: index + 1, weight, summary });
  try {
    return await changes(stepMinutes(stage)).applyStep.executeWithOptions({ summary }, [input]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { outcome: 'unknown', because: causeOf(error).because };
  }
}

/** A failed step leaves the forward way. One whose outcome nobody knows is never repeated by itself: a person looks (P8). */
async function settle(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  index: number,
  result: OperationResult,
): Promise<void> {
  if (result.outcome === 'done') return;
  const step = rolloutOf(run, stage, component).steps[index];
  if (step) step.state = result.outcome;
  const sentence = `${component.service} ${component.version} in ${stage.environment}, step ${index + 1}: ${result.because}`;
  run.tell('step.failed', component.service, sentence, {
    facts: { outcome: result.outcome, ...(result.resultId ? { result: result.resultId } : {}) },
  });
  if (result.outcome === 'failed') {
    const isNothingDone = result.notStarted && index === 0;
    if (isNothingDone) run.compensations.notNeeded(component.service);
    const stop = { kind: 'failed' as const, because: sentence };
    if (!isNothingDone) await goBackByItself(run, stage, stop);
    throw new Stop(stop);
  }
  run.hold({
    by: 'gantry',
    reason: `nobody knows whether it took effect: ${result.because} Look at what runs, then resume or roll back.`,
    kind: 'unknownEffect',
  });
  run.notify({
    occasion: `unknown/${component.service}/${stage.environment}/${index}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${sentence} Nobody knows whether it took effect.`,
  });
  await untilNotHeld(run);
}

const holdMsOf = (stage: StagePlan, index: number): number =>
  durationMs(stage.deploy.steps[index]?.hold ?? '0s');

const staysAt = (stage: StagePlan, index: number): boolean =>
  stage.analysis.length > 0 || holdMsOf(stage, index) > 0;

/** The pause after a step: measured where there are metrics, else slept. The last step's health is judged while it soaks. */
async function stayAt(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  index: number,
): Promise<void> {
  const holdMs = holdMsOf(stage, index);
  const isLast = index === stage.deploy.steps.length - 1;
  if (stage.analysis.length > 0 && (holdMs > 0 || !isLast))
    await judge(run, stage, component, { place: `step ${index + 1}`, durationMs: holdMs });
  else if (holdMs > 0)
    await sleep(holdMs, {
      summary: `hold ${component.service} at ${rolloutOf(run, stage, component).exposure} % for ${formatDuration(holdMs)}`,
    });
}

function rolloutOf(run: ReleaseRun, stage: StagePlan, component: PlannedComponent): RolloutView {
  const rollout = run.stageView(stage).rollout.find((candidate) => candidate.service === component.service);
  if (!rollout) throw new Error(`${component.service} is not in the rollout of ${stage.environment}`);
  return rollout;
}
