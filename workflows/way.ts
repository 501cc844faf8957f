import type { CancellationScope } from '@temporalio/workflow';
import type { PlannedComponent, StagePlan } from '../domain/release/plan.ts';
import type { RolloutView } from '../domain/release/release.ts';
import { planRollout, type RolloutPlan } from '../domain/rollout/plan.ts';
import type { ReleaseRun } from './run.ts';

/** One component on its way into a stage. */
export interface Way {
  run: ReleaseRun;
  stage: StagePlan;
  component: PlannedComponent;
  plan: RolloutPlan;
  rollout: RolloutView;
  /** What it shares with the components beside it; absent where they go one after the other. */
  abreast?: Abreast;
  /** It is only tried out, under operation ids of its own, and taken back at once: which rehearsal this is, from 1. */
  rehearsal?: number;
}

/** What components that are deployed side by side share. */
export interface Abreast {
  /** The first step of the first of them was let through: from now on others may begin. */
  isEntered: boolean;
  /** One of them failed: none of the others begins anything more. */
  isHalted: boolean;
  /** Everything that is only waited for; a step that has begun is outside of it, and comes to its end. */
  pauses: CancellationScope;
}

/** A component was stopped because another one failed. */
export class Halted extends Error {}

/** The way of a component, as it is planned now. */
export function wayOf(
  run: ReleaseRun,
  stage: StagePlan,
  component: PlannedComponent,
  abreast?: Abreast,
): Way {
  const rollout = run.stageView(stage).rollout.find(({ service }) => service === component.service);
  if (!rollout) throw new Error(`${component.service} is not in the rollout of ${stage.environment}`);
  return { run, stage, component, plan: planOf(stage), rollout, ...(abreast ? { abreast } : {}) };
}

/** The steps of a stage; plans from before steps were kept say them by their deployer alone. */
export const planOf = (stage: StagePlan): RolloutPlan => stage.rollout ?? planRollout(stage.deploy);

/** Waits in a way that ends when a component beside this one fails. */
export const patiently = async (way: Way, wait: () => Promise<void>): Promise<void> =>
  way.abreast ? way.abreast.pauses.run(wait) : wait();

export function leaveIfHalted({ abreast }: Way): void {
  if (abreast?.isHalted) throw new Halted();
}
