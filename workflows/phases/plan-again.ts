import { patched } from '@temporalio/workflow';
import type { ReleasePlan, StagePlan } from '../../domain/release/plan.ts';
import type { ReleaseOrder, StageView } from '../../domain/release/release.ts';
import { Stop } from '../failures.ts';
import { buildOf, keepChecks, type CheckRounds } from '../keep-checks.ts';
import { voidApproval } from '../void-approval.ts';
import { freeLock } from '../locks.ts';
import { meetQuarantines } from '../quarantine.ts';
import { meetRegressions } from '../regression.ts';
import type { ReleaseRun } from '../run.ts';
import { findOut, openingStage } from './plan.ts';
import type { Replan } from './replan.ts';

/**
 * Plans the rest of a release anew, because another version runs where this one was to go, or people changed what is ahead. What
 * was approved is void: the changes, the people barred and the way back may all be others now. Checks stay where they and the build are the same.
 */
export async function planAgain(run: ReleaseRun, stale: StagePlan, why?: Replan): Promise<StagePlan> {
  await freeLock(run, stale); // it may take people days to agree again
  if (run.version >= 2) run.recorder.hurry();
  const found = await findOut(run);
  if (found.refused)
    throw new Stop({ kind: 'refused', because: `${found.refused.because} ${found.refused.remedy}` });
  const followsPlan = patched('what-is-ahead-follows-the-plan-in-force');
  // An amendment may have come while the plan was found: it is in what was found, and is to be heeded as it would be by itself.
  const amended = why?.before ?? (followsPlan ? run.replan?.before : undefined);
  if (amended && waysDiffer(run, found)) {
    if (!why) run.replan = undefined; // it is heeded with this: nothing of it holds
    return keepOld(run, stale, amended);
  }
  const before = run.plan;
  run.plan = found;
  meetQuarantines(run, found.quarantines);
  meetRegressions(run, found.regressions);
  const stage = run.stagePlan(stale.environment);
  leaveIfOvertaken(run, stage, stale);
  if (followsPlan) refuseOtherBuild(run, stage, stale);
  const rounds = followsPlan ? renewAhead(run, before, stage, amended !== undefined) : undefined;
  if (why?.keepsSame && stage.subjectDigest === stale.subjectDigest) return keepAgreed(stage, stale);
  const view = run.stageView(stage);
  const end = saidOfApprovals(view);
  voidApproval(run, stage, why?.because ?? `another version came to run in ${stage.environment}`);
  const fresh = openingStage(stage);
  view.rollout = fresh.rollout;
  view.verdicts = [];
  delete view.standing;
  if (why ?? rounds) keepChecks(view, fresh, { before: stale, after: stage }, rounds);
  if (followsPlan) run.view.components = found.components;
  run.view.changes = found.changes;
  run.tell(
    'release.planned',
    run.title,
    why
      ? `${run.title} was planned anew for ${stage.environment}: ${why.because}${end}`
      : `${run.title} was planned anew for ${stage.environment}, where another version runs now${end}`,
    { facts: { subject: stage.subjectDigest, changes: found.changes.count } },
  );
  return stage;
}

/** How the sentence of a new plan ends: where nobody has approved before, nothing is void. */
const saidOfApprovals = ({ approval }: StageView): string =>
  approval?.votes.some(({ choice }) => choice === 'approve') ? '; approvals given before are void.' : '.';

/** What people were asked stays with their votes: the risk that they saw, the rules that it added, and who stands in for whom. */
function keepAgreed(stage: StagePlan, { risk, rules, standIns }: StagePlan): StagePlan {
  if (risk?.snapshot) {
    stage.risk = risk;
    stage.rules = rules;
  }
  if (standIns) stage.standIns = standIns;
  return stage;
}

const waysDiffer = (run: ReleaseRun, found: ReleasePlan): boolean =>
  found.stages.map(({ environment }) => environment).join() !==
  run.plan.stages.map(({ environment }) => environment).join();

/** Stages that are behind it cannot be another way round: that takes a new release. */
function keepOld(run: ReleaseRun, stage: StagePlan, before: ReleaseOrder): StagePlan {
  run.order = before;
  run.view.policyDigest = before.policyDigest;
  run.tell(
    'release.planned',
    run.title,
    `The policy in force leads ${run.title} through other stages: it goes on as it was planned; start a new release to go the new way.`,
  );
  return stage;
}

/**
 * Stages further on run the checks, and go the ways, of the plan in force: nothing has happened in them. Answers by what rounds
 * are counted on; releases whose history is from before count anew.
 */
function renewAhead(run: ReleaseRun, before: ReleasePlan, stage: StagePlan, isAmended: boolean): CheckRounds {
  if (isAmended) run.riskBases.clear(); // another policy may weigh it otherwise
  const { stages } = run.plan;
  for (const after of stages.slice(stages.indexOf(stage) + 1)) {
    const planned = before.stages.find(({ environment }) => environment === after.environment);
    if (!planned) continue;
    const view = run.stageView(after);
    const fresh = openingStage(after);
    keepChecks(view, fresh, { before: planned, after }, run.checkRounds);
    view.rollout = fresh.rollout;
  }
  return run.checkRounds;
}

/**
 * A tag that was moved while the release was under way: what earlier stages ran, and what the glass was broken for, is another build
 * (semantics §3, "Promotion"). In the first stage it is checked and asked about anew instead.
 */
function refuseOtherBuild(run: ReleaseRun, stage: StagePlan, stale: StagePlan): void {
  const moved = stage.components.find(({ service }) => buildOf(stage, service) !== buildOf(stale, service));
  const earlier = run.plan.stages[run.plan.stages.indexOf(stage) - 1];
  const { glass } = run.stageView(stage);
  if (!moved || (!earlier && !glass)) return;
  const since = earlier ? `${earlier.environment} ran it` : 'the glass was broken for it';
  throw new Stop({
    kind: 'refused',
    because: `${moved.service} ${moved.version} is another build now than when ${since}: its tag was moved. Release it under a version of its own.`,
  });
}

/**
 * A newer version has taken its place while it waited: going on would be a downgrade that nobody asked for (semantics §2,
 * "Outdated guard"). Where an older version was to go through an earlier stage from the beginning, as a hotfix of what is live
 * does, nobody was overtaken. Whoever goes back or means to repeat is exempt; what is only called a rollback is not.
 */
function leaveIfOvertaken(run: ReleaseRun, stage: StagePlan, stale: StagePlan): void {
  const isTarget = stage.environment === run.plan.stages.at(-1)?.environment;
  if (run.isBack) return;
  const { intent } = run.view;
  const wasBack = (service: string) =>
    stale.components.find((component) => component.service === service)?.mode === 'rollback';
  const overtaken = stage.components.find(
    // of several that are called a rollback, one may well have gone back from the beginning
    ({ mode, service }) => mode === 'rollback' && ((isTarget && intent !== 'rollback') || !wasBack(service)),
  );
  if (!overtaken) return;
  const isGuarded = intent !== 'redeploy';
  // Releases from before went by the last stage alone, and stopped whoever meant to repeat.
  if (isGuarded !== isTarget && !run.isMended('every-stage-has-the-outdated-guard')) {
    if (!isTarget) return;
  } else if (!isGuarded) return;
  const newer = `${overtaken.service} ${overtaken.previousVersion ?? ''}`;
  throw new Stop({
    kind: 'superseded',
    because: `${newer} runs in ${stage.environment} now, which is newer`,
  });
}
