import type { StagePlan } from '../domain/release/plan.ts';
import { askAnew } from './risk.ts';
import type { ReleaseRun } from './run.ts';

/**
 * A review of broken glass that came to be overdue is a hard blocker of which those who agreed knew nothing: their votes are void, and
 * they are asked anew once it is done (semantics §4, "Void"; §5, "Hard blockers").
 */
export async function followReviews(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const { approval, calendar } = run.stageView(stage);
  if (approval?.state !== 'open' && approval?.state !== 'approved') return;
  const overdue = calendar?.verdicts.find(({ gate, kind }) => gate === 'review' && kind === 'denied');
  if (overdue) await askAnew(run, stage, `it may not go on. ${overdue.because}`);
}
