import type { StagePlan } from '../domain/release/plan.ts';
import { standsIdle } from '../domain/rollout/where.ts';
import { whyNoWayBack } from '../domain/rollout/way-back.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';

/**
 * Why what this stage has shipped so far may not be taken back; undefined where it may, or nothing was shipped.
 * @param isAsked a person says so: what nobody knows is no reason against it then
 */
export function noWayBack(run: ReleaseRun, stage: StagePlan, isAsked = false): string | undefined {
  const shipped = run
    .stageView(stage)
    .rollout.filter(({ compensation }) => compensation !== undefined && compensation.state !== 'notNeeded');
  // where the new version has no traffic yet, the undo takes it away, and what runs goes on running, banned or not
  const idle = shipped.filter((one) => standsIdle(one) === 'known').map(({ service }) => service);
  const componentsOf = (isIdle: boolean) =>
    stage.components.filter(
      ({ service }) => shipped.some((one) => one.service === service) && idle.includes(service) === isIdle,
    );
  return (
    whyNoWayBack(componentsOf(false), run.view.quarantines ?? [], isAsked) ??
    whyNoWayBack(componentsOf(true), [], isAsked)
  );
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
