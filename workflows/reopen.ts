import type { StagePlan } from '../domain/release/plan.ts';
import type { StageView } from '../domain/release/release.ts';
import { freeLock } from './locks.ts';
import type { ReleaseRun } from './run.ts';
import { voidApproval } from './void-approval.ts';

/** Facts that people agreed under have changed: others may have the environment meanwhile, and what was agreed to is void. */
export async function followReopened(
  run: ReleaseRun,
  stage: StagePlan,
  sampleAnew: () => void,
): Promise<void> {
  const reopening = run.reopened.get(stage.environment);
  if (reopening === undefined) return;
  run.reopened.delete(stage.environment);
  voidApproval(run, stage, reopening.because); // a request may have been on its way meanwhile
  const view = run.stageView(stage);
  view.state = 'gating';
  run.enter('gating');
  await freeLock(run, stage);
  if (reopening.isWaiverLost && areSamplesVoid(stage, view)) sampleAnew();
}

/** Samples may have been good by the waiver alone: where checks are sampled, it begins anew. */
const areSamplesVoid = ({ gates }: StagePlan, { sampling, checks }: StageView): boolean =>
  gates?.sampling !== undefined && sampling !== undefined && checks.some(({ how }) => how === 'sampled');
