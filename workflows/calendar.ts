import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { CalendarInput } from '../activities/contract.ts';
import type { CalendarAnswer } from '../domain/calendar/model.ts';
import { classInStage } from '../domain/release/action-class.ts';
import { isStillSo } from '../domain/release/still-open.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { pausesMs } from '../domain/rollout/plan.ts';
import { passRows } from '../domain/release/break-glass.ts';
import { allAllowed } from '../domain/verdict.ts';
import { glassOf, isPastCalendar } from './break-glass.ts';
import { Stop } from './failures.ts';
import { wayBackShut } from './no-way-back.ts';
import { record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';
import { tellOfChange } from './tell-of-calendar.ts';

/** Asks the calendar where its answer may be another by now: at first, when woken, and when its time has come. */
export async function followCalendar(run: ReleaseRun, stage: StagePlan): Promise<void> {
  if (!run.hasCalendar) return;
  const view = run.stageView(stage);
  if (!view.calendar && stage.quiet && !run.isDated) view.calendar = stage.quiet;
  const before = view.calendar;
  const isDue = !before || isPast(before.nextLook, run) || isPast(before.closesAt, run);
  if (run.wakes.length === 0 && !isDue) return;
  const wakes = run.wakes.splice(0);
  const answer = await run.recorder.alone(() => record.judgeCalendar(calendarInput(run, stage)));
  accept(run, stage, answer);
  if (wakes.length > 0) tellOfChange(run, stage, { wakes: wakes.map((wake) => wake.sentence), before });
}

/** Keeps what the calendar said; a schedule that can no longer be met ends the release. */
export function accept(run: ReleaseRun, stage: StagePlan, answer: CalendarAnswer): void {
  run.stageView(stage).calendar = answer;
  run.refresh();
  if (answer.expired !== undefined && !run.compensations.isAnyRegistered)
    throw new Stop({ kind: 'expired', because: answer.expired });
}

const isPast = (instant: string | undefined, run: ReleaseRun): boolean =>
  instant !== undefined && Date.parse(instant) <= Date.parse(run.now);

/** Everything that the calendar hangs on for one stage, as it is now. */
export function calendarInput(
  run: ReleaseRun,
  stage: StagePlan,
  isInFlight = run.compensations.isBegun,
): CalendarInput {
  const isTarget = stage.environment === run.plan.stages.at(-1)?.environment;
  const { schedule, needs } = run.view;
  return {
    releaseId: run.view.id,
    title: run.title,
    environment: stage.environment,
    components: stage.components.map(({ service, version, digest, mode }) => ({
      service,
      version,
      mode,
      ...(digest === undefined ? {} : { digest }),
    })),
    actionClass: classOf(run, stage),
    now: run.now,
    ...(isTarget && schedule ? { schedule } : {}),
    needs: needs ?? [],
    estimate: {
      pausesMs: pausesMs(stage.deploy),
      guardMs: stage.soakMs,
    },
    ...(run.plan.owner ? { owner: run.plan.owner } : {}),
    ...proceedOf(run, stage),
    isInFlight,
    ...(stage.heedsReviews ? { heedsReviews: true } : {}),
  };
}

const proceedOf = (run: ReleaseRun, stage: StagePlan): Pick<CalendarInput, 'proceed'> => {
  const { proceed } = run.stageView(stage);
  return proceed ? { proceed } : {};
};

/** How this release counts in this stage when a calendar or a queue is asked. */
export const classOf = (run: ReleaseRun, stage: StagePlan): CalendarInput['actionClass'] =>
  classInStage(run.order, { rollout: stage.components });

/**
 * Looks at the calendar while a stage is being deployed. What a freeze says to abort is rolled back at once; all else is
 * obeyed at the next step ({@link passFreezes}). Ends when it is cancelled.
 */
export function watchCalendar(run: ReleaseRun, stage: StagePlan): { stop: () => void } {
  const scope = new CancellationScope();
  if (run.hasCalendar) void scope.run(() => watchForever(run, stage)).catch(ignoreCancellation);
  return { stop: () => scope.cancel() };
}

async function watchForever(run: ReleaseRun, stage: StagePlan): Promise<never> {
  const view = run.stageView(stage);
  for (;;) {
    const answer = view.calendar;
    // The story asks for itself before a step: then there is another time to wait for.
    const isReplaced = () => run.recorder.reading !== undefined && view.calendar !== answer;
    const woken = () => run.wakes.length > 0 || isReplaced();
    const at = nextFreezeLook(answer);
    if (at === undefined) await condition(woken);
    else
      await condition(woken, Math.max(1, Date.parse(at) - Date.now()), {
        summary: 'a freeze begins or ends',
      });
    if (run.wakes.length === 0 && view.calendar && isReplaced()) continue;
    run.isAskingCalendar = true;
    try {
      await CancellationScope.nonCancellable(() => lookInFlight(run, stage));
    } finally {
      run.isAskingCalendar = false;
      run.touch();
    }
  }
}

/** When a freeze begins or ends, or an override ends that let it pass one. */
function nextFreezeLook(answer: CalendarAnswer | undefined): string | undefined {
  const freeze = answer?.inFlight ? answer.inFlight.until : answer?.freezesAt;
  const times = [freeze, answer?.overridesEndAt].filter((at) => at !== undefined);
  return times.sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}

async function lookInFlight(
  run: ReleaseRun,
  stage: StagePlan,
  isInFlight = run.compensations.isBegun,
): Promise<void> {
  const before = run.stageView(stage).calendar;
  const wakes = run.wakes.splice(0);
  const answer = await run.recorder.alone(() => record.judgeCalendar(calendarInput(run, stage, isInFlight)));
  run.stageView(stage).calendar = answer;
  run.refresh();
  // a stop, not a throw: this may run beside the story
  if (answer.expired !== undefined && !run.compensations.isAnyRegistered)
    run.stop({ kind: 'expired', because: answer.expired });
  if (wakes.length > 0) tellOfChange(run, stage, { wakes: wakes.map((wake) => wake.sentence), before });
  const { inFlight } = answer;
  if (inFlight?.does === 'abort' && !isPastCalendar(run, stage)) stopForFreeze(run, stage, inFlight);
}

/** A freeze says to take back what it meets half way; what has no way back waits at its next step instead ({@link passFreezes}). */
export function stopForFreeze(
  run: ReleaseRun,
  stage: StagePlan,
  { because }: NonNullable<CalendarAnswer['inFlight']>,
): void {
  if (wayBackShut(run, stage) === undefined) run.stop({ kind: 'rollBack', because });
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

/**
 * Between writing a step down and doing it: whether the calendar still lets it be done. With the answer the record told its
 * revision and its clock, so a calendar that stands as it did costs nothing; else it is judged once more, as it is now. Neither
 * a word of the engine that is late nor a database that was away carries a step past a shut calendar (trust P12).
 */
export async function isStillOpen(
  run: ReleaseRun,
  stage: StagePlan,
  { isFirst, known }: { isFirst: boolean; known: CalendarAnswer | undefined },
): Promise<boolean> {
  const { reading } = run.recorder;
  if (!run.hasCalendar || !reading) return true;
  await condition(() => !run.isAskingCalendar);
  const now = Date.parse(reading.at) > Date.now() ? reading.at : run.now;
  // What was asked meanwhile was asked as of one half way, and windows are not looked at then.
  const isKnown = run.stageView(stage).calendar === known;
  if (!known || !isKnown || !isStillSo(known, { revision: reading.revision, now }))
    await lookInFlight(run, stage, !isFirst);
  run.leaveIfStopped();
  const answer = run.stageView(stage).calendar;
  if (!answer) return false;
  if (!isFirst)
    return isPastCalendar(run, stage) || answer.inFlight === undefined || answer.inFlight.does === 'finish';
  const passed = glassOf(run, stage);
  return (
    answer.expired === undefined && allAllowed(passed ? passRows(answer.verdicts, passed) : answer.verdicts)
  );
}

/** Asks anew where the time of an answer has passed: a freeze known beforehand may have begun while nothing ran. */
export async function lookIfPast(run: ReleaseRun, stage: StagePlan): Promise<void> {
  const known = run.stageView(stage).calendar;
  if (!run.recorder.reading || !run.compensations.isBegun) return;
  if (known && isStillSo(known, { revision: known.revision, now: run.now })) return;
  await lookInFlight(run, stage);
}
