import type { StepView } from './view.ts';
import type { RolloutAction } from './plan.ts';

/** What a deployer may be asked to do in a blue-green rollout, forward and back. */
export type OperationAction = RolloutAction | 'switchBack' | 'restore';

/**
 * What an undo has to do: switch traffic back while the old version is still there, and bring it back where it may have been taken
 * away. Undefined where the rollout is no blue-green one.
 */
export function undoAction(steps: readonly StepView[]): 'switchBack' | 'restore' | undefined {
  const retire = steps.find(({ action }) => action === 'retire');
  if (!retire) return undefined;
  return retire.state === 'pending' || retire.state === 'skipped' ? 'switchBack' : 'restore';
}
