import type { RolloutView } from '../release/release.ts';
import type { RolloutPlan } from './plan.ts';
import { openingTargets } from './targets.ts';

/** Steps and targets of a component before anything has happened. */
export function openingRollout({ steps }: RolloutPlan): Pick<RolloutView, 'steps' | 'targets'> {
  const targets = steps.flatMap((step) => step.targets ?? []);
  return {
    steps: steps.map(({ weight, targets: names, action }) => ({
      weight,
      state: 'pending' as const,
      ...(names ? { targets: names } : {}),
      ...(action ? { action } : {}),
    })),
    ...(targets.length > 0 ? { targets: openingTargets(targets) } : {}),
  };
}
