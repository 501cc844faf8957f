import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { StagePlan } from '../../domain/release/plan.ts';
import { endOf } from '../../domain/release/end-of.ts';
import { withdrawOpenApprovals } from '../approval.ts';
import type { ReleaseOutcome } from './conclude.ts';
import { conclude } from './conclude.ts';
import type { Undone } from '../compensations.ts';
import { Stop, type StopCause } from '../failures.ts';
import { freeLock } from '../locks.ts';
import { deploymentChange } from '../operations.ts';
import type { ReleaseRun } from '../run.ts';

/** Takes back what the stage has done and ends the release in the state that says why. A defect is rethrown: it halts loudly. */
export async function recover(run: ReleaseRun, cause: unknown): Promise<ReleaseOutcome> {
  const stop = expectedStop(run, cause);
  return CancellationScope.nonCancellable(async () => {
    run.stopping ??= stop;
    run.view.holds.splice(0);
    withdrawOpenApprovals(run, stop.because);
    const stage = run.plan.stages.find((candidate) => candidate.environment === run.view.stage);
    const hasStarted = run.compensations.isAnyRegistered;
    const undone = hasStarted && !stop.leave ? await undo(run, stop) : { compensated: 0, left: 0 };
    if (stage) {
      run.stageView(stage).state = 'ended';
      run.stageView(stage).verdicts = []; // nothing waits any more
      if (hasStarted && stop.leave) markLeft(run, stage);
      await freeLock(run, stage);
    }
    const end = endOf(stop, { hasStarted, ...undone });
    return conclude(run, { ...end, because: stop.because, ...(stop.by ? { by: stop.by } : {}) });
  });
}

async function undo(run: ReleaseRun, stop: StopCause): Promise<Undone> {
  const stage = run.view.stages.find((candidate) => candidate.environment === run.view.stage);
  if (stage) stage.state = 'rollingBack';
  run.enter('rollingBack');
  run.tell('compensation.started', run.title, `${run.title} is taken back: ${stop.because}`);
  return run.compensations.undoAll();
}

/** A stop of our own, or a cancel request from the Temporal UI, which is an abort by whoever can reach Temporal. */
function expectedStop(run: ReleaseRun, cause: unknown): StopCause {
  if (run.stopping) return run.stopping;
  if (cause instanceof Stop) return cause.stop;
  if (isCancellation(cause)) return { kind: 'abort', because: 'cancelled through Temporal', by: 'engine' };
  throw cause;
}

function markLeft(run: ReleaseRun, stage: StagePlan): void {
  for (const component of stage.components) {
    const rollout = run.stageView(stage).rollout.find((candidate) => candidate.service === component.service);
    if (rollout?.compensation && rollout.compensation.state !== 'notNeeded')
      run.recorder.deployed(deploymentChange(run, stage, component, 'left', rollout.exposure));
  }
}
