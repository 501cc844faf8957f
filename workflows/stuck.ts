import { condition } from '@temporalio/workflow';
import { formatDuration } from '../domain/policy/duration.ts';
import { failedUndosTold } from '../domain/rollout/undo-told.ts';
import type { ReleasePlan } from '../domain/release/plan.ts';
import type { ReleaseRun } from './run.ts';

/** However long nobody acts, its people hear of it at least this often. */
const longestPauseMs = 24 * 3_600_000;

/**
 * Waits until people have answered a failed undo. The longer nobody does, the further it is told: after the policy's time to the
 * managers of those on call, too, then again in growing pauses (promise P11).
 */
export async function untilAnswered(
  run: ReleaseRun,
  escalation: NonNullable<ReleasePlan['escalation']>,
  isAnswered: () => boolean,
  what: string,
): Promise<void> {
  const since = Date.now();
  for (let pauseMs = escalation.afterMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    if (await condition(isAnswered, pauseMs, { summary: `then tell more people that ${run.title} is stuck` }))
      return;
    const waited = formatDuration(Date.now() - since);
    const sentence = `${run.title} has needed a person for ${waited}: ${failedUndosTold(run.view) ?? `the undo of ${what} failed`}, and nobody has acted.`;
    run.tell('release.stillStuck', run.title, sentence);
    run.notify({
      occasion: `stuck/${run.view.seq}`,
      kind: 'needsPerson',
      to: [...escalation.to, ...run.plan.onCall, ...run.audience],
      ...(run.view.stage ? { environment: run.view.stage } : {}),
      sentence,
    });
  }
}
