import type { OperationResult } from '../activities/contract.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { StepView } from '../domain/rollout/view.ts';
import type { PlannedStep } from '../domain/rollout/plan.ts';
import { isPassedOver } from '../domain/rollout/skip.ts';
import { failedTargets, targetExposure } from '../domain/rollout/targets.ts';
import { waysToEnd } from '../domain/rollout/shut-way-back.ts';
import { shareWord, stepName } from '../domain/rollout/where.ts';
import { isJudgedBefore, judgeBefore } from './analysis.ts';
import { applyStep } from './apply-step.ts';
import { failForGood } from './back-by-itself.ts';
import { isStillOpen } from './calendar.ts';
import { Stop } from './failures.ts';
import { testGreen } from './green-test.ts';
import { untilNotHeld } from './holding.ts';
import { move } from './move-target.ts';
import { deploymentChange } from './operations.ts';
import { stayAt, staysAt } from './stay.ts';
import { shippedIn, wayBackShut } from './no-way-back.ts';
import { passFreezes } from './pass-freezes.ts';
import { hasNewDoubt, turnBackForCalendar, turnBackForDoubt } from './turn-back.ts';
import type { ReleaseRun } from './run.ts';
import { leaveIfHalted, patiently, type Way } from './way.ts';

/** One step, as planned and as everybody sees it. */
interface Step {
  index: number;
  settings: PlannedStep;
  view: StepView;
}

/**
 * Takes one step of a component, and the pause after it. `shut` where the calendar came to shut before anything was done, or a
 * task was added that the stage is to wait for.
 * @throws Stop where the release leaves its forward way, Halted where a component beside this one has failed
 */
export async function takeStep(way: Way, index: number): Promise<'taken' | 'shut'> {
  const { run, stage, rollout } = way;
  const settings = way.plan.steps[index];
  const view = rollout.steps[index];
  if (!settings || !view) return 'taken';
  const step: Step = { index, settings, view };
  if (isPassedOver(rollout, index)) {
    view.state = 'skipped';
    return 'taken';
  }
  await measureBefore(way, index);
  for (;;) {
    await patiently(way, () => passFreezes(run, stage, exposureHere(way)));
    await patiently(way, () => untilNotHeld(run));
    leaveIfHalted(way);
    const isFirst = !run.compensations.isBegun;
    if (isFirst && hasNewDoubt(run, stage)) return turnBackForDoubt(run, stage);
    const known = run.stageView(stage).calendar;
    await announce(way, step);
    if (await isStillOpen(run, stage, { isFirst, known })) break;
    view.state = 'pending';
    delete view.startedAt;
    if (isFirst) return turnBack(way);
    if (index === 0) neverBegan(way);
  }
  if (way.abreast?.isHalted) dropStep(way, step);
  leaveIfHalted(way);
  if (way.abreast) way.abreast.isEntered = true;
  const result = await applyStep(way, index);
  await settle(way, step, result);
  // a step that ends well although it was to be stopped has taken effect: that is undone, not passed over
  rollout.exposure = rollout.targets ? targetExposure(rollout.targets) : settings.weight;
  run.leaveIfStopped();
  finish(way, step);
  if (way.abreast?.isHalted) {
    view.state = 'done';
    view.endedAt = run.now;
  }
  leaveIfHalted(way);
  await patiently(way, async () => {
    if (settings.test) await testGreen(way, view, settings.test);
    if (index === way.plan.steps.length - 1) await askAboutFailedTargets(way);
    await stayAt(way, index);
  });
  view.state = 'done';
  view.endedAt = run.now;
  return 'taken';
}

/** What the release has of its stage already: its components stand or fall together. */
function exposureHere({ run, stage, rollout }: Way): number {
  const most = Math.max(...run.stageView(stage).rollout.map(({ exposure }) => exposure));
  // most releases are alike in this, and need no marker in their histories
  if (most === rollout.exposure) return most;
  return run.isMended('what-never-began-is-no-part-of-it') ? most : rollout.exposure;
}

/** Announced, and not begun: it is announced again later, and until then there is nothing of it to take back. */
function neverBegan({ run, stage, component }: Way): void {
  if (!run.isMended('what-never-began-is-no-part-of-it')) return;
  run.compensations.unregister(component.service);
  run.recorder.deployed(deploymentChange(run, stage, component, 'failed', 0));
}

/** What is measured before anything is done. */
async function measureBefore(way: Way, index: number): Promise<void> {
  if (index === 0 && isJudgedBefore(way.stage)) await patiently(way, () => judgeBefore(way));
}

/** Registers the undo and writes down what will be done: both before it is, for its reply may be lost. */
async function announce(way: Way, { index, view, settings }: Step): Promise<void> {
  const { run, stage, component, rollout, plan } = way;
  run.compensations.register(stage, component, rollout);
  view.state = 'applying';
  view.startedAt = run.now;
  run.recorder.deployed(deploymentChange(run, stage, component, 'running', rollout.exposure));
  const where = settings.action || settings.targets ? stepName(view) : `${settings.weight} %`;
  run.tell(
    'step.started',
    component.service,
    `${component.service} ${component.version} goes to ${where} in ${stage.environment} (step ${index + 1} of ${plan.steps.length}).`,
  );
  await run.recorder.written();
}

function finish(way: Way, { index, view, settings }: Step): void {
  const { run, stage, component, rollout } = way;
  view.state = 'holding';
  run.recorder.deployed(deploymentChange(run, stage, component, 'running', rollout.exposure));
  const has =
    settings.action === undefined
      ? `has ${rollout.exposure} %${rollout.targets ? ` ${shareWord(rollout)}` : ''}`
      : actionDone[settings.action];
  run.tell(
    'step.finished',
    component.service,
    `${component.service} ${component.version} ${has} in ${stage.environment}.`,
    {},
    !staysAt(way, index), // then the next step or the end of the stage follows at once
  );
}

const actionDone = {
  deploy: 'stands beside what runs, without traffic,',
  switch: 'has all traffic',
  retire: 'is alone, the old version is taken away,',
} as const;

/** The calendar came to shut between the door and the first step. */
async function turnBack({ run, stage, component }: Way): Promise<'shut'> {
  run.compensations.forget();
  run.recorder.deployed(deploymentChange(run, stage, component, 'failed', 0));
  return turnBackForCalendar(run, stage);
}

/** Another component failed between the announcement of a step and the step: it never begins. */
function dropStep({ run, stage, component }: Way, { index, view }: Step): void {
  view.state = 'pending';
  delete view.startedAt;
  if (index > 0) return;
  run.compensations.notNeeded(component.service);
  run.recorder.deployed(deploymentChange(run, stage, component, 'failed', 0));
}

/** A failed step leaves the forward way. One whose outcome nobody knows is never repeated by itself: a person looks (P8). */
async function settle(way: Way, { index, view, settings }: Step, result: OperationResult): Promise<void> {
  if (result.outcome === 'done') return;
  const { run, stage, component, rollout } = way;
  view.state = result.outcome;
  const sentence = `${component.service} ${component.version} in ${stage.environment}, step ${index + 1}: ${result.because}`;
  run.tell('step.failed', component.service, sentence, {
    facts: { outcome: result.outcome, ...(result.resultId ? { result: result.resultId } : {}) },
  });
  if (rollout.targets) rollout.exposure = targetExposure(rollout.targets);
  if (result.outcome === 'failed' && settings.action !== 'retire') {
    const isNothingDone = result.notStarted && index === 0;
    if (isNothingDone) run.compensations.notNeeded(component.service);
    leaveIfHalted(way);
    const stop = { kind: 'failed' as const, because: sentence };
    if (isNothingDone && goesBackAtOnce(run, stage)) throw new Stop(stop);
    await failForGood(run, stage, stop);
  }
  leaveIfHalted(way);
  const doubt =
    result.outcome === 'failed'
      ? `the old version could not be taken away: ${result.because} Take it away by hand and resume, or ${waysToEnd(run.view)[0]}.`
      : `nobody knows whether it took effect: ${result.because} Look at what runs, then resume, or ${waysToEnd(run.view)[0]}.`;
  run.hold({ by: 'gantry', reason: doubt, kind: 'unknownEffect' });
  run.notify({
    occasion: `unknown/${component.service}/${stage.environment}/${index}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence:
      result.outcome === 'failed'
        ? `${sentence} The old version is still there.`
        : `${sentence} Nobody knows whether it took effect.`,
  });
  await patiently(way, () => untilNotHeld(run));
  for (const target of rollout.targets ?? []) if (target.state === 'unknown') move(target, 'done', run.now);
}

/** Where nothing of the release is there, there is nothing to ask people about. */
const goesBackAtOnce = (run: ReleaseRun, stage: StagePlan): boolean =>
  run.isMended('what-never-began-is-no-part-of-it')
    ? shippedIn(run, stage).length === 0
    : wayBackShut(run, stage) === undefined;

/** Fewer targets failed than would have ended it: before it goes on without them, a person says so. */
async function askAboutFailedTargets(way: Way): Promise<void> {
  const { run, stage, component, rollout } = way;
  const failed = failedTargets(rollout.targets ?? []);
  if (failed.length === 0) return;
  const which = failed.map(({ name, because }) => `${name} (${because ?? 'failed'})`).join(', ');
  const sentence = `${component.service} ${component.version} failed on ${failed.length} of ${rollout.targets?.length ?? 0} targets in ${stage.environment}: ${which}.`;
  run.hold({
    by: 'gantry',
    reason: `${sentence} Nobody knows what runs there. Look, then resume to finish without them, or ${waysToEnd(run.view)[0]}.`,
    kind: 'unknownEffect',
  });
  run.notify({
    occasion: `targets/${component.service}/${stage.environment}`,
    kind: 'held',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence,
  });
  await untilNotHeld(run);
}
