import type { RolloutView } from '../release/release.ts';
import type { PersonsWord, StepView } from './view.ts';

/** What `advance` is about: the pause of now, or all of them up to full exposure. */
export interface Advance {
  /** Only this component; left out: all that can. */
  service?: string;
  /** On to all traffic or targets, without the steps between. */
  to?: 100;
}

/** It pauses, and nobody has skipped that yet. A measurement without a pause has its own end. */
const isHolding = ({ state, until, skipped }: StepView): boolean =>
  state === 'holding' && until !== undefined && skipped === undefined;

/** Steps that come before everything is exposed. */
const beforeFull = ({ steps }: RolloutView): StepView[] =>
  steps.slice(
    0,
    steps.findIndex(({ weight }) => weight >= 100),
  );

/** There is a pause that is not skipped yet, or a way to full exposure that it has begun and not come to the end of. */
function canAdvance(rollout: RolloutView, { to }: Advance): boolean {
  if (to === undefined) return rollout.steps.some(isHolding);
  if (rollout.toFull) return false;
  const hasBegun = rollout.steps.some(({ state }) => state !== 'pending');
  return (
    hasBegun &&
    beforeFull(rollout).some(
      ({ state, skipped }) =>
        state === 'pending' || state === 'applying' || (state === 'holding' && skipped === undefined),
    )
  );
}

/** Components whose rollout an `advance` would change, in their order; none where there is nothing to skip. */
export const advancing = (rollouts: readonly RolloutView[], what: Advance): RolloutView[] =>
  rollouts.filter(
    (one) => (what.service === undefined || one.service === what.service) && canAdvance(one, what),
  );

/** Whose word it goes on by since a pause was skipped, until its next step is through; undefined where nobody has just skipped one. */
export function skippedAlready(rollouts: readonly RolloutView[], what: Advance): PersonsWord | undefined {
  const words = rollouts
    .filter(({ service }) => what.service === undefined || what.service === service)
    .map(({ steps, toFull }) => {
      const at = steps.findIndex(({ state }) => state !== 'done' && state !== 'skipped');
      const [before, current] = [steps[at - 1], steps[at]];
      if (current?.state === 'holding') return current.skipped;
      return current?.state === 'applying' ? (toFull ?? before?.skipped) : undefined;
    });
  return words.find((word) => word !== undefined);
}

/** Skips the pause that runs, and with `to: 100` every pause before full exposure. */
export function skipAhead(rollout: RolloutView, what: Advance, word: PersonsWord): void {
  const paused = what.to === 100 ? beforeFull(rollout) : rollout.steps;
  for (const step of paused) if (isHolding(step)) step.skipped = word;
  if (what.to === 100) rollout.toFull = word;
}

/** Whether a step is passed over on the way to full exposure: the share of traffic that it gives is not asked for any more. */
export const isPassedOver = ({ toFull, steps }: RolloutView, index: number): boolean => {
  const step = steps[index];
  if (!toFull || !step || step.targets || step.action) return false;
  return index < steps.length - 1;
};

/** The pause after a step is not kept on the way to full exposure; the old version of a blue-green rollout stays as long as ever. */
export const isUnpaused = ({ toFull, steps }: RolloutView, index: number): boolean => {
  const step = steps[index];
  return toFull !== undefined && step !== undefined && step.weight < 100;
};
