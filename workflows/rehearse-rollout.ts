import { CancellationScope } from '@temporalio/workflow';
import { openAgain, targetExposure } from '../domain/rollout/targets.ts';
import type { RolloutView } from '../domain/release/release.ts';
import { applyStep } from './apply-step.ts';
import { whyNotGreen } from './green-test.ts';
import { untilNotHeld } from './holding.ts';
import { move } from './move-target.ts';
import { turnsBack } from './turn-back.ts';
import { undoRollout } from './undo-rollout.ts';
import type { Way } from './way.ts';

/**
 * Tries out a way that leads through targets or over a switch: the same steps without their pauses, then the same undo of what
 * was touched, the last wave first. It stands in the rollout itself, so whatever it leaves is what the real undo takes back.
 * `because`: why the undo cannot be relied on, in a sentence; absent where it was done. `isBrokenOff`: the gates of the stage are
 * to be asked again, so it went no further, and what it had done was taken back.
 * @throws Stop where the release leaves its forward way; an undo that has begun comes to its end before
 */
export async function rehearseRollout(way: Way): Promise<{ because?: string; isBrokenOff?: true }> {
  const { run, rollout } = way;
  const out = await goOut(way);
  if (out.because !== undefined) return out;
  const round = way.rehearsal === undefined ? {} : { round: way.rehearsal };
  const undone = await CancellationScope.nonCancellable(() =>
    undoRollout(way, { kind: 'rehearsalUndo', step: 1, ...round }),
  );
  if (undone.done) rollout.exposure = 0;
  run.leaveIfStopped();
  return undone.done ? out : { because: `it could not be undone: ${undone.because}` };
}

async function goOut(way: Way): Promise<{ because?: string; isBrokenOff?: true }> {
  const { run, stage, plan, rollout } = way;
  for (const [index, settings] of plan.steps.entries()) {
    const view = rollout.steps[index];
    // once the old version is away there is nothing to switch back to: that is the real rollout's last step alone
    if (!view || settings.action === 'retire') continue;
    await untilNotHeld(run);
    run.leaveIfStopped();
    if (index > 0 && run.rehearsesApart && (await turnsBack(run, stage))) return { isBrokenOff: true };
    view.state = 'applying';
    view.startedAt = run.now;
    run.refresh();
    const result = await applyStep(way, index);
    view.state = result.outcome;
    view.endedAt = run.now;
    rollout.exposure = rollout.targets ? targetExposure(rollout.targets) : settings.weight;
    run.leaveIfStopped();
    if (result.outcome !== 'done') return { because: `it could not be deployed: ${result.because}` };
    const why = settings.test && (await whyNotGreen(way, view, settings.test));
    run.leaveIfStopped();
    if (why !== undefined) return { because: `it could not be switched to: ${why}` };
  }
  return {};
}

/** What was undone does not run what it should: nobody knows what does, so the real undo goes there again. */
export function doubtUndone({ targets = [] }: RolloutView, at: string, because: string): void {
  for (const target of targets) if (target.state === 'undone') move(target, 'unknown', at, because);
}

/** The rehearsal is over: the rollout begins anew, and knows of what is not back. */
export function beginAnew(rollout: RolloutView): void {
  for (const step of rollout.steps) {
    step.state = 'pending';
    delete step.startedAt;
    delete step.endedAt;
    delete step.test;
  }
  if (rollout.targets) rollout.targets = openAgain(rollout.targets);
}
