import { concernsStage } from '../domain/gates/regression/evaluate.ts';
import { isPastGates } from '../domain/gates/waiver/revoke.ts';
import { severities } from '../domain/incidents/incident.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ApprovalView } from '../domain/release/release.ts';
import { isTerminal } from '../domain/release/state.ts';
import { isShown, knownAs } from '../domain/watch/flapping.ts';
import { regressionText, type Regression, type RegressionView } from '../domain/watch/regression.ts';
import { waysToEnd } from '../domain/rollout/shut-way-back.ts';
import { glassOf } from './break-glass.ts';
import type { RegressionChangedMessage } from './contract-regression.ts';
import type { ReleaseRun } from './run.ts';
import { voidApproval } from './void-approval.ts';

/**
 * A release that goes back is how a regression is mended, so it hears of none; nor does one that was begun before releases did,
 * for an older worker may share its history.
 */
export const hearsOfRegressions = (run: ReleaseRun): boolean => run.version >= 4 && !run.isBack;

/** Regressions as they stood when it was planned, or as the door has found them before the word came. */
export function meetRegressions(run: ReleaseRun, regressions: readonly Regression[] | undefined): void {
  if (!hearsOfRegressions(run)) return;
  for (const { revision = 0, ...regression } of regressions ?? []) {
    if ((run.seenRegressions.get(regression.incident) ?? -1) >= revision) continue;
    run.seenRegressions.set(regression.incident, revision);
    meet(run, regression);
  }
}

/**
 * A version that it carries was found to have regressed, or is well again. Whoever agreed to a stage that is still ahead did not
 * know it: that is void, and they are asked anew (semantics §8). What is under way goes on, and its people are told.
 */
export function hearOfRegression(run: ReleaseRun, news: RegressionChangedMessage): void {
  const { regression, revision, isOver } = news;
  const { incident } = regression;
  if (!hearsOfRegressions(run) || isTerminal(run.view.state)) return;
  if ((run.seenRegressions.get(incident) ?? -1) >= revision) return;
  run.seenRegressions.set(incident, revision);
  if (isOver) letGo(run, incident, news.sentence);
  else meet(run, regression);
  run.touch();
  run.refresh();
}

function meet(run: ReleaseRun, regression: Regression): void {
  const known = run.view.regressions ?? [];
  const before = knownAs(regression, known, run.now);
  if (before && !isWorse(regression, before)) {
    const isBack = before.overAt !== undefined;
    Object.assign(before, regression);
    if (isBack) comeBack(run, before);
    return;
  }
  run.view.regressions = [
    ...known.filter((one) => one !== before && one.incident !== regression.incident && isShown(one, run.now)),
    { ...regression },
  ];
  const stages = concerned(run, regression);
  const ahead = stages.filter(({ environment }) => !isUnderWay(run, environment));
  const because = regressionText(regression);
  const asked = ahead.filter((stage) => reopen(run, stage, because));
  const what =
    asked.length > 0
      ? ` What was agreed to for ${asked.map(({ environment }) => environment).join(' and ')} is void, and people are asked anew.`
      : '';
  run.tell('regression.met', `${regression.service} ${regression.version}`, `${because}.${what}`, {
    facts: { incidentId: regression.incident, severity: regression.severity },
  });
  const current = stages.find(({ environment }) => isUnderWay(run, environment));
  if (current) tellOfStageUnderWay(run, current, regression, because);
}

const concerned = (run: ReleaseRun, regression: Regression): StagePlan[] =>
  run.plan.stages.filter(
    (stage) => run.stageView(stage).state !== 'finished' && concernsStage(regression, stage, run.plan.stages),
  );

/**
 * It was over, and is back within a short time. Whoever had decided before it was over knew of it; who has voted since was told that
 * it is well again, which is not so. A stage that asks nobody waits for a person's word, unless somebody has given it.
 */
function comeBack(run: ReleaseRun, regression: RegressionView): void {
  const { overAt } = regression;
  delete regression.overAt;
  const because = regressionText(regression);
  for (const stage of concerned(run, regression)) {
    const { rules, environment } = stage;
    const isKnown = !hasVotedSince(run.stageView(stage).approval, overAt);
    const isLetGo = rules.length > 0 ? isKnown : regression.heldIn?.includes(environment);
    if (!isLetGo && !isUnderWay(run, environment)) reopen(run, stage, because);
  }
  const told =
    run.reopened.size > 0 ? 'those who voted while it was over are asked anew' : 'nobody is asked anew';
  run.tell(
    'regression.met',
    `${regression.service} ${regression.version}`,
    `${because}. It was known and is back: ${told}.`,
    { facts: { incidentId: regression.incident, severity: regression.severity, isBack: true } },
  );
}

const hasVotedSince = (approval: ApprovalView | undefined, since = ''): boolean =>
  approval?.votes.some(({ at }) => Date.parse(at) >= Date.parse(since)) ?? false;

const isWorse = (now: Regression, before: Regression): boolean =>
  severities.indexOf(now.severity) < severities.indexOf(before.severity);

/** Its gates were passed for good: something was done, or is about to be. Before its first step a stage turns back. */
function isUnderWay(run: ReleaseRun, environment: string): boolean {
  const view = run.view.stages.find((one) => one.environment === environment);
  if (view === undefined) return false;
  const isBeforeFirst = run.view.stage === environment && !run.compensations.isBegun;
  return (isPastGates(view) || run.beyondDoor.has(environment)) && !isBeforeFirst;
}

/** Whether something was agreed to, or asked, that is void now. The stage of now looks at its gates anew in any case. */
function reopen(run: ReleaseRun, stage: StagePlan, because: string): boolean {
  const hasAsked = run.stageView(stage).approval !== undefined;
  if (hasAsked || stage.environment === run.view.stage) run.reopened.set(stage.environment, { because });
  voidApproval(run, stage, because);
  return hasAsked;
}

/** The people of the release that has regressed have heard of it already. */
function tellOfStageUnderWay(
  run: ReleaseRun,
  { environment }: StagePlan,
  regression: Regression,
  because: string,
): void {
  if (regression.releaseId === run.view.id) return;
  run.notify({
    occasion: `regression/${regression.incident}/${environment}/underWay/${regression.severity}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment,
    sentence: `${run.title} is on its way into ${environment}, and ${because}. Pause it, or ${waysToEnd(run.view)[0]}.`,
  });
}

function letGo(run: ReleaseRun, incident: string, sentence: string): void {
  const known = run.view.regressions ?? [];
  const gone = known.find((one) => one.incident === incident && one.overAt === undefined);
  if (!gone) return;
  if (run.bearsFlapping && gone.source === 'watch') linger(run, gone);
  else run.view.regressions = known.filter((one) => one !== gone);
  run.tell('regression.over', `${gone.service} ${gone.version}`, sentence, {
    facts: { incidentId: incident },
  });
  if (!run.lift((hold) => hold.incidentId === incident)) return;
  run.tell('hold.lifted', run.title, `${run.title} goes on: the regression that held it is over.`);
}

/** It is shown for a while yet. Where it still held a stage nobody has let that go on, so it would be held again. */
function linger(run: ReleaseRun, gone: RegressionView): void {
  gone.overAt = run.now;
  const isHeld = run.view.holds.some(({ incidentId }) => incidentId === gone.incident);
  const heldIn = gone.heldIn?.filter((environment) => !isHeld || environment !== run.view.stage);
  if (heldIn) gone.heldIn = heldIn;
}

/** Regressions that whoever lets the release into a stage is to know of. */
export const regressionsAhead = (run: ReleaseRun, stage: StagePlan): RegressionView[] =>
  (run.view.regressions ?? []).filter(
    (one) => isShown(one, run.now) && concernsStage(one, stage, run.plan.stages),
  );

/** A stage that asks nobody would carry on in silence: it waits for one person's word, once for each regression. */
export function holdWhereNobodyIsAsked(run: ReleaseRun, stage: StagePlan): void {
  if (stage.rules.length > 0 || glassOf(run, stage)) return;
  for (const regression of regressionsAhead(run, stage)) {
    if (regression.overAt !== undefined || regression.heldIn?.includes(stage.environment)) continue;
    regression.heldIn = [...(regression.heldIn ?? []), stage.environment];
    const reason = `${regressionText(regression)}, and ${stage.environment} asks nobody.`;
    run.hold({ by: 'gantry', reason, kind: 'regression', incidentId: regression.incident });
    run.notify({
      occasion: `regression/${regression.incident}/${stage.environment}/held/${run.view.seq}`,
      kind: 'held',
      to: [...run.plan.onCall, ...run.audience],
      environment: stage.environment,
      sentence: `${run.title} is held: ${reason}`,
    });
  }
}
