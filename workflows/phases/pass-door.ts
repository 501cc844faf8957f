import { sleep } from '@temporalio/workflow';
import type { StagePlan } from '../../domain/release/plan.ts';
import { hasLapsed } from '../approval.ts';
import { accept } from '../calendar.ts';
import { askAtDoor } from '../door.ts';
import { untilNotHeld } from '../holding.ts';
import { meetQuarantines } from '../quarantine.ts';
import { meetRegressions } from '../regression.ts';
import type { ReleaseRun } from '../run.ts';

/** A decision that was received while its request closed is delivered within a moment; so often the door is asked again for it. */
const settleMs = 250;
const settleTries = 20;

/**
 * Before the first effect, record and workflow must agree that everything needed was given (trust §1.5.7), and what runs
 * there must still be what this was planned against. `stale` where the latter has changed: then it must be planned anew;
 * `closed` where the calendar has come to shut since the gates were asked.
 */
export async function passDoor(run: ReleaseRun, stage: StagePlan): Promise<'open' | 'stale' | 'closed'> {
  for (let tries = 0; ; tries += 1) {
    await untilNotHeld(run);
    run.leaveIfStopped();
    if (hasLapsed(run.stageView(stage).approval, run.now)) return 'closed'; // held for so long: the gates ask again
    await run.recorder.urgentWritten();
    if (run.reopened.has(stage.environment)) return 'closed'; // what the gates leaned on was taken back
    const door = await askAtDoor(run, stage, tries < settleTries);
    if (door.kind !== 'open' && run.reopened.has(stage.environment)) return 'closed'; // meanwhile
    if (door.kind === 'open') {
      if (door.calendar) accept(run, stage, door.calendar);
      const facts = { fence: run.locks.get(stage.environment)?.fence ?? 0 };
      run.recorder.tell('door.passed', stage.environment, door.because, { facts }, true);
      return 'open';
    }
    if (door.kind === 'unsettled') {
      await sleep(settleMs, { summary: `door of ${stage.environment}: ${door.because}` });
      continue;
    }
    run.tell('door.shut', stage.environment, door.because);
    if (door.kind === 'stale') return 'stale';
    if (door.kind === 'closed') {
      meetQuarantines(run, door.quarantines);
      meetRegressions(run, door.regressions);
      if (door.calendar) accept(run, stage, door.calendar);
      return 'closed';
    }
    run.hold({ by: 'gantry', reason: `workflow and record do not agree: ${door.because}`, kind: 'door' });
    run.notify({
      occasion: `door/${stage.environment}/${run.view.seq}`,
      kind: 'needsPerson',
      to: [...run.plan.onCall, ...run.audience],
      environment: stage.environment,
      sentence: `${run.title} may not enter ${stage.environment}: ${door.because}`,
    });
  }
}
