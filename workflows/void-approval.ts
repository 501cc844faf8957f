import type { StagePlan } from '../domain/release/plan.ts';
import type { ReleaseRun } from './run.ts';

/**
 * What was agreed to is another thing now: votes fall to none, and people are asked anew (semantics §4, "Void"). The next request
 * names this one, so that they see what has changed since.
 */
export function voidApproval(run: ReleaseRun, stage: StagePlan, because: string): void {
  const view = run.stageView(stage);
  const { approval } = view;
  if (!approval) return;
  const from = approval.state === 'approved' ? { from: 'approved' as const } : {}; // else it ends as open
  approval.state = 'superseded';
  run.recorder.closed({ requestId: approval.requestId, state: 'superseded', ...from, at: run.now, because });
  run.previousRequests.set(stage.environment, approval.requestId);
  delete view.approval;
}
