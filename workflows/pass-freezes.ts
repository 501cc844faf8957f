import { condition } from '@temporalio/workflow';
import type { CalendarAnswer } from '../domain/calendar/model.ts';
import { withStop } from '../domain/full-stop.ts';
import { instantText } from '../domain/instant-text.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { HoldView } from '../domain/release/release.ts';
import { isPastCalendar } from './break-glass.ts';
import { lookIfPast, stopForFreeze } from './calendar.ts';
import { Stop } from './failures.ts';
import { wayBackShut } from './no-way-back.ts';
import type { ReleaseRun } from './run.ts';

/** How long people have to say what becomes of a release that a long freeze caught half way (semantics §1.5). */
const answerWithinMs = 60 * 60_000;

/**
 * Before a step: a freeze that began meanwhile holds the release here until it ends or is overridden. Where that is longer than
 * people said a release may be left half way, they are asked; without an answer it goes back (semantics §1.5, "In flight").
 */
export async function passFreezes(run: ReleaseRun, stage: StagePlan, exposure: number): Promise<void> {
  if (!run.hasCalendar || isPastCalendar(run, stage)) return;
  let asked: Asked = {};
  for (;;) {
    run.leaveIfStopped();
    await condition(() => run.wakes.length === 0 && !run.isAskingCalendar);
    await lookIfPast(run, stage);
    const round = run.revision;
    const freeze = run.stageView(stage).calendar?.inFlight;
    if (!freeze || freeze.does === 'finish') break;
    if (freeze.does === 'abort') {
      stopForFreeze(run, stage, freeze); // it may have had no way back when the freeze was met, and have one by now
      run.leaveIfStopped();
    }
    asked = holdForFreeze(run, stage, freeze, { exposure, asked });
    const { deadline } = asked;
    if (deadline !== undefined && Date.now() >= deadline)
      throw new Stop({
        kind: 'rollBack',
        because: `nobody said within 60 minutes whether it may finish. ${freeze.because}`,
      });
    await run.change(round, deadline, 'freeze, then roll back');
  }
  liftFreezeHold(run);
}

type InFlight = NonNullable<CalendarAnswer['inFlight']>;

/** What people were asked about a freeze so far. */
interface Asked {
  /** When it goes back without an answer; epoch milliseconds. */
  deadline?: number;
  /** They were told that it goes neither on nor back. */
  isShutTold?: true;
}

/** Holds it, once; asks people where the freeze is too long to leave it half way, or silence does not take it back. */
function holdForFreeze(
  run: ReleaseRun,
  stage: StagePlan,
  freeze: InFlight,
  { exposure, asked }: { exposure: number; asked: Asked },
): Asked {
  const isNew = !freezeHold(run);
  if (isNew) {
    run.hold({ by: 'gantry', reason: freeze.because, kind: 'freeze' });
    // Where it has traffic already, people are asked below what becomes of it.
    if (freeze.isBroken && exposure === 0) alertOfBroken(run, stage, freeze);
  }
  const isLong = freeze.until === undefined || Date.parse(freeze.until) - Date.now() > freeze.maxHoldMs;
  const hold = freezeHold(run);
  const isShut = wayBackShut(run, stage) !== undefined;
  // of a short one they are told where it is met; of a long one, and where they were told that silence takes it back, also later
  const isToTell = isNew || asked.deadline !== undefined || (isLong && !asked.isShutTold);
  if (isShut && exposure > 0 && isToTell) askWithoutWayBack(run, stage, { freeze, exposure });
  if (!isLong || exposure === 0 || !hold || isShut) {
    if (hold?.until !== undefined) {
      delete hold.until; // it was shortened, or there is no way back any more: it is waited for after all
      run.refresh();
    }
    return isShut && (isToTell || asked.isShutTold) ? { isShutTold: true } : {};
  }
  if (asked.deadline !== undefined) return asked;
  const deadline = Date.now() + answerWithinMs;
  hold.until = new Date(deadline).toISOString();
  run.refresh();
  run.notify({
    occasion: `freeze/${stage.environment}/${freeze.freezeId}/${run.view.seq}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${run.title} is at ${exposure} % in ${stage.environment}. ${freeze.because} Override the freeze or roll back; without an answer it is rolled back ${instantText(hold.until)}.`,
  });
  return { deadline };
}

/** It waits half way, and silence changes nothing: people say whether it may finish. */
function askWithoutWayBack(
  run: ReleaseRun,
  stage: StagePlan,
  { freeze, exposure }: { freeze: InFlight; exposure: number },
): void {
  const shut = wayBackShut(run, stage);
  if (shut === undefined) return;
  run.notify({
    occasion: `freeze/${stage.environment}/${freeze.freezeId}/shut/${run.view.seq}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${run.title} is at ${exposure} % in ${stage.environment}. ${freeze.because} It does not go back: ${withStop(shut)} Override the freeze, or abort it and leave what is there; without an answer it waits.`,
  });
}

/** A rule that nobody can read opens by itself never: somebody has to mend it. */
function alertOfBroken(run: ReleaseRun, stage: StagePlan, { freezeId, because }: InFlight): void {
  run.notify({
    occasion: `freeze/${stage.environment}/${freezeId}/broken/${run.view.seq}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${run.title} is held half way in ${stage.environment}. ${because}`,
  });
}

const isOfFreeze = ({ kind }: HoldView): boolean => kind === 'freeze';
const freezeHold = (run: ReleaseRun) => run.view.holds.find(isOfFreeze);

function liftFreezeHold(run: ReleaseRun): void {
  if (!run.lift(isOfFreeze)) return;
  run.tell('hold.lifted', run.title, `${run.title} goes on: no freeze holds it any more.`);
}
