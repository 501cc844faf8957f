import type { RecordBatch } from '../activities/contract.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { End } from './phases/conclude.ts';
import type { ReleaseRun } from './run.ts';

type Banned = NonNullable<RecordBatch['quarantined']>[number];

/**
 * Versions that the end of a release bans everywhere, because a stage says that what was rolled back in it is quarantined at
 * once (semantics §7, "After success"): what it brought and was taken back, or what it has taken the place of in its last stage by going back.
 */
export function bannedBy(run: ReleaseRun, end: Pick<End, 'state' | 'because'>): Banned[] {
  const last = run.plan.stages.at(-1);
  return run.plan.stages
    .filter(({ quarantine }) => quarantine === 'automatic')
    .flatMap((stage) => {
      if (end.state === 'rolledBack') return takenBack(run, stage, end.because);
      // a stage before may have something newer in it that nobody has complained of
      const makesGood = end.state === 'succeeded' && run.order.remediates !== undefined && stage === last;
      return makesGood ? leftBehind(stage) : [];
    });
}

function takenBack(run: ReleaseRun, stage: StagePlan, because: string): Banned[] {
  const { rollout } = run.stageView(stage);
  return stage.components
    .filter(({ service }) => {
      const state = rollout.find((one) => one.service === service)?.compensation?.state;
      return state === 'compensated' || state === 'doneByHand';
    })
    .filter(({ mode }) => mode === 'deploy')
    .map(({ service, version, digest }) => ({
      service,
      version,
      ...(digest === undefined ? {} : { digest }),
      reason: `rolled back in ${stage.environment}: ${because}`.slice(0, 500),
    }));
}

const leftBehind = (stage: StagePlan): Banned[] =>
  stage.components.flatMap(({ service, version, mode, previousVersion, previousDigest }) =>
    mode === 'rollback' && previousVersion !== undefined
      ? [
          {
            service,
            version: previousVersion,
            ...(previousDigest === undefined ? {} : { digest: previousDigest }),
            reason: `${stage.environment} went back from it to ${version}`,
          },
        ]
      : [],
  );
