import type { PolicyDraft } from '../draft.ts';
import type { PolicyMistake } from '../problem.ts';
import { findStrategyMistakes } from './rollout-strategy.ts';
import { ofKubernetes } from './kubernetes.ts';

/** Rollout steps only ever give more traffic to the new version, and end with all of it; other ways out must be possible. */
export function findRolloutMistakes(draft: PolicyDraft): PolicyMistake[] {
  return draft.pipelines.flatMap(({ stages }) =>
    stages.flatMap((stage) => [
      ...(stage.deploy ? ofSteps(stage.deploy.value.steps, [...stage.deploy.path, 'steps']) : []),
      ...(stage.deploy ? ofKubernetes(stage.deploy) : []),
      ...findStrategyMistakes(stage),
    ]),
  );
}

function ofSteps(steps: readonly { weight: number }[], path: (string | number)[]): PolicyMistake[] {
  const mistakes: PolicyMistake[] = [];
  for (const [index, { weight }] of steps.entries()) {
    const before = steps[index - 1]?.weight;
    if (before === undefined || weight > before) continue;
    mistakes.push({
      path: [...path, index, 'weight'],
      code: 'POLICY_ROLLOUT_INVALID',
      detail: `The weight ${weight} does not rise above the ${before} of the step before it.`,
      remedy: `Write a weight over ${before}, or remove the step.`,
    });
  }
  const last = steps.at(-1);
  if (last && last.weight !== 100) {
    mistakes.push({
      path: [...path, steps.length - 1, 'weight'],
      code: 'POLICY_ROLLOUT_INVALID',
      detail: `The last step gives the new version ${last.weight} % of the traffic, so the release would never be complete.`,
      remedy: 'Let the last step have weight: 100.',
    });
  }
  return mistakes;
}
