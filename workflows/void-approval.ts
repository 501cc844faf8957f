import type { StageView } from '../domain/release/release.ts';
import type { ReleaseRun } from './run.ts';

/** What was agreed to is another thing now: votes fall to none, and people are asked anew (semantics §4, "Void"). */
export function voidApproval(run: ReleaseRun, view: StageView, because: string): void {
  const { approval } = view;
  if (!approval) return;
  approval.state = 'superseded';
  run.recorder.closed({ requestId: approval.requestId, state: 'superseded', at: run.now, because });
  delete view.approval;
}
