import { concernsStage } from '../domain/gates/regression/evaluate.ts';
import { isPastGates } from '../domain/gates/waiver/revoke.ts';
import { severities } from '../domain/incidents/incident.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { isTerminal } from '../domain/release/state.ts';
import { regressionText, type Regression, type RegressionView } from '../domain/watch/regression.ts';
import { glassOf } from './break-glass.ts';
import type { RegressionChangedMessage } from './contract-regression.ts';
import type { ReleaseRun } from './run.ts';
import { voidApproval } from './void-approval.ts';

/**
 * A release that goes back is how a regression is mended, so it hears of none; nor does one that was begun before releases did,
 * for an older worker may share its history.
 */
export const hearsOfRegressions = (run: ReleaseRun): boolean =>
  run.version >= 4 && run.view.intent !== 'rollback';

/** Regressions that stood when it was planned, or that the door has found before the word of them came. */
export function meetRegressions(run: ReleaseRun, regressions: readonly Regression[] | undefined): void {
  if (!hearsOfRegressions(run)) return;
  for (const regression of regressions ?? []) {
    if (run.seenRegressions.has(regression.incident)) continue;
    run.seenRegressions.set(regression.incident, 0);
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
  const before = known.find(({ incident }) => incident === regression.incident);
  if (before && !isWorse(regression, before)) {
    Object.assign(before, regression);
    return;
  }
  run.view.regressions = [...known.filter((one) => one !== before), { ...regression }];
  const stages = run.plan.stages.filter(
    (stage) => run.stageView(stage).state !== 'finished' && concernsStage(regression, stage, run.plan.stages),
  );
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
    sentence: `${run.title} is on its way into ${environment}, and ${because}. Pause it, or roll it back.`,
  });
}

function letGo(run: ReleaseRun, incident: string, sentence: string): void {
  const known = run.view.regressions ?? [];
  const gone = known.find((one) => one.incident === incident);
  if (!gone) return;
  run.view.regressions = known.filter((one) => one !== gone);
  run.tell('regression.over', `${gone.service} ${gone.version}`, sentence, {
    facts: { incidentId: incident },
  });
  const staying = run.view.holds.filter((hold) => hold.incidentId !== incident);
  if (staying.length === run.view.holds.length) return;
  run.view.holds.splice(0, run.view.holds.length, ...staying);
  run.tell('hold.lifted', run.title, `${run.title} goes on: the regression that held it is over.`);
}

/** Regressions that whoever lets the release into a stage is to know of. */
export const regressionsAhead = (run: ReleaseRun, stage: StagePlan): RegressionView[] =>
  (run.view.regressions ?? []).filter((one) => concernsStage(one, stage, run.plan.stages));

/** A stage that asks nobody would carry on in silence: it waits for one person's word, once for each regression. */
export function holdWhereNobodyIsAsked(run: ReleaseRun, stage: StagePlan): void {
  if (stage.rules.length > 0 || glassOf(run, stage)) return;
  for (const regression of regressionsAhead(run, stage)) {
    if (regression.heldIn?.includes(stage.environment)) continue;
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
