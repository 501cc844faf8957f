import type { ReleaseState } from '../domain/release/state.ts';
import { Stop } from './failures.ts';
import { holdable, type ReleaseRun } from './run.ts';

/**
 * Waits while a hold is set. A hold by analysis has an end, and that end is the way back, never on (semantics §6.4);
 * a hold by a person has none.
 */
export async function untilNotHeld(run: ReleaseRun): Promise<void> {
  const resumed: ReleaseState = run.view.state === 'held' ? run.stateOfStage : run.view.state;
  while (run.isHeld) {
    run.leaveIfStopped();
    const round = run.revision;
    if (holdable.includes(run.view.state)) run.enter('held');
    // what becomes of a doubt that nobody answers is settled where it arose
    const until = run.view.holds.flatMap((hold) =>
      hold.until && !hold.doubt ? [Date.parse(hold.until)] : [],
    );
    const end = until.length > 0 ? Math.min(...until) : undefined;
    if (end !== undefined && Date.now() >= end)
      throw new Stop({ kind: 'rollBack', because: 'a hold by analysis was not answered in time' });
    await run.change(round, end, 'hold, then roll back');
  }
  if (run.view.state !== resumed) run.enter(resumed);
}
