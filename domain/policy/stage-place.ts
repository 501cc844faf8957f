import type { StagePlan } from '../release/plan.ts';
import type { Environment, Stage } from './policy.schema.ts';

/** Who works in the stage's environment, and what drift means there: what the stage says of it goes before its environment. */
export function placeOfStage(environment: Environment, stage: Stage): Pick<StagePlan, 'runner' | 'drift'> {
  const drift = stage.drift ?? environment.drift;
  return {
    ...(environment.runner === undefined ? {} : { runner: environment.runner }),
    ...(drift === undefined ? {} : { drift }),
  };
}
