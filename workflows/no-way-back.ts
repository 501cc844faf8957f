import type { StagePlan } from '../domain/release/plan.ts';
import type { RolloutView } from '../domain/release/release.ts';
import { isBack, standsIdle } from '../domain/rollout/where.ts';
import { whyNoWayBack } from '../domain/rollout/way-back.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';

/**
 * Why what this stage has shipped so far may not be taken back; undefined where it may, or nothing was shipped.
 * @param isAsked a person says so: what nobody knows is no reason against it then
 */
export function noWayBack(run: ReleaseRun, stage: StagePlan, isAsked = false): string | undefined {
  const shipped = shippedIn(run, stage);
  // where the new version has no traffic yet, the undo takes it away, and what runs goes on running, banned or not
  const idle = shipped.filter(standsWithoutTraffic).map(({ service }) => service);
  const componentsOf = (ofIdle: boolean) =>
    stage.components.filter(
      ({ service }) => shipped.some((one) => one.service === service) && idle.includes(service) === ofIdle,
    );
  return (
    whyNoWayBack(componentsOf(false), run.view.quarantines ?? [], isAsked) ??
    whyNoWayBack(componentsOf(true), [], isAsked)
  );
}

/** What this stage has begun to bring there and not taken back. */
export const shippedIn = (run: ReleaseRun, stage: StagePlan): RolloutView[] =>
  run.stageView(stage).rollout.filter((one) => one.compensation !== undefined && !isBack(one));

/** It stands there without traffic, and nothing has begun that gives it any. */
export const standsWithoutTraffic = (one: RolloutView): boolean =>
  standsIdle(one) === 'known' && one.steps.every(({ weight, state }) => weight === 0 || state === 'pending');

/** The same in releases that heed it: those that are older, and have gone back already, did not ask. */
export const wayBackShut = (run: ReleaseRun, stage: StagePlan, isAsked = false): string | undefined =>
  run.isMended('a-way-back-that-is-shut-is-not-taken') ? noWayBack(run, stage, isAsked) : undefined;

/** What keeps a doubt that nobody answers from going back. Releases from before went by all that was touched, as if all of it went forward. */
export function wayBackOfDoubt(run: ReleaseRun, stage: StagePlan): string | undefined {
  if (run.isMended('a-way-back-that-is-shut-is-not-taken')) return noWayBack(run, stage);
  const { rollout } = run.stageView(stage);
  const touched = stage.components
    .filter(({ service }) => rollout.some((one) => one.service === service && one.compensation !== undefined))
    .map((component) => ({ ...component, mode: 'deploy' as const }));
  return whyNoWayBack(touched, run.view.quarantines ?? []);
}

/** Throws `COMMAND_NOT_POSSIBLE` where a command would take back what must not be, and says what can be done instead. */
export function assertWayBack(run: ReleaseRun): void {
  const stage = run.plan.stages.find(({ environment }) => environment === run.view.stage);
  if (!stage || !run.compensations.isBegun) return; // a rehearsal takes itself back
  const why = noWayBack(run, stage, true);
  if (why === undefined) return;
  throw refusal(
    'COMMAND_NOT_POSSIBLE',
    `${run.title} cannot be taken back in ${stage.environment}: ${why} Abort it and leave what is there (\`gantry release abort --leave\`), then release a version that mends it.`,
  );
}
