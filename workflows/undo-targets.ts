import type { OperationResult } from '../activities/contract.ts';
import { targetExposure, undoOutcome, undoWaves } from '../domain/rollout/targets.ts';
import type { RolloutView } from '../domain/release/release.ts';
import { causeOf } from './failures.ts';
import { move } from './move-target.ts';

/**
 * Undoes a component target by target: only what was touched, the last wave first. One that cannot be undone does not keep the
 * others from going back; the outcome names it.
 */
export async function undoTargets(
  rollout: RolloutView,
  now: () => string,
  undo: (target: string) => Promise<OperationResult>,
): Promise<{ done: boolean; because: string }> {
  const targets = rollout.targets ?? [];
  const waves = rollout.steps.map((step) => step.targets ?? []);
  for (const names of undoWaves(waves, targets)) {
    await Promise.all(
      names.map(async (name) => {
        const target = targets.find((one) => one.name === name);
        if (!target) return;
        move(target, 'undoing', now());
        const end = await undo(name).catch((error: unknown) => ({
          outcome: 'failed' as const,
          because: causeOf(error).because,
        }));
        if (end.outcome === 'done') move(target, 'undone', now());
        else move(target, 'undoFailed', now(), end.because);
      }),
    );
    rollout.exposure = targetExposure(targets);
  }
  return undoOutcome(targets);
}
