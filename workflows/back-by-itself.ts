import { withStop } from '../domain/full-stop.ts';
import { headlineVerdict } from '../domain/verdict.ts';
import { actionClassOf } from '../domain/release/action-class.ts';
import { isStillSo } from '../domain/release/still-open.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import { isPastCalendar } from './break-glass.ts';
import { calendarInput } from './calendar.ts';
import { Stop, type StopCause } from './failures.ts';
import { untilNotHeld } from './holding.ts';
import { wayBackShut } from './no-way-back.ts';
import { record } from './proxies.ts';
import type { ReleaseRun } from './run.ts';
import { whyAsk, type Asked } from './trigger.ts';

/** How long people have to say how a release goes back under a stopped line; then it does, as is safer (semantics §6.4). */
const answerWithinMs = 60 * 60_000;

/**
 * Takes a release back by itself: throws `stop`. Where there is no way back it is held until people say how it goes on. Under a
 * stopped line, or a freeze that says so, it is held and people are asked first: they roll it back by hand, or override the freeze,
 * and without an answer it goes back all the same. Returns only where they lifted the hold.
 */
export async function goBackByItself(run: ReleaseRun, stage: StagePlan, stop: StopCause): Promise<void> {
  const ask = await whyAsk(run, stage, stop);
  if (ask !== undefined) return askPeople(run, stage, stop, ask);
  let heard = run.seenWakes.size;
  const shut = await whyNotBack(run, stage);
  if (shut === undefined) throw new Stop(stop);
  const deadline = Date.now() + answerWithinMs;
  run.hold({
    by: 'gantry',
    reason: `${withStop(stop.because)} It does not go back by itself: ${withStop(shut)}`,
    kind: 'analysis',
    until: new Date(deadline).toISOString(),
  });
  const hold = run.view.holds.at(-1);
  run.notify({
    occasion: `back/${stage.environment}/${run.view.seq}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${run.title} is to go back in ${stage.environment}: ${withStop(stop.because)} ${withStop(shut)} Roll it back or override the freeze; without an answer within 60 minutes it is rolled back.`,
  });
  while (hold && run.view.holds.includes(hold)) {
    run.leaveIfStopped();
    // a ban came meanwhile: people are asked anew, and between the two holds nothing goes on
    const anew = wayBackShut(run, stage) === undefined ? undefined : await whyAsk(run, stage, stop);
    if (anew !== undefined && run.lift((one) => one === hold)) return askPeople(run, stage, stop, anew);
    if (Date.now() >= deadline)
      throw new Stop({ ...stop, because: `${withStop(stop.because)} Nobody answered within 60 minutes.` });
    const round = run.revision;
    if (run.seenWakes.size > heard) {
      heard = run.seenWakes.size; // before it asks: what is changed meanwhile wakes it again
      if ((await whyNotBack(run, stage)) === undefined && wayBackShut(run, stage) === undefined)
        throw new Stop(stop);
    }
    await run.change(round, deadline, 'hold, then roll back');
  }
  await untilNotHeld(run);
}

/** The same for what failed beyond repair: it ends, and stays as it is where there is no way back. */
export async function failForGood(run: ReleaseRun, stage: StagePlan, stop: StopCause): Promise<never> {
  const before = wayBackShut(run, stage); // as of the question that people are asked
  await goBackByItself(run, stage, stop);
  const shut = before ?? wayBackShut(run, stage);
  throw new Stop(shut === undefined ? stop : { ...stop, leave: true });
}

/** Holds it where it is until people say how it goes on; nothing happens by silence. */
async function askPeople(run: ReleaseRun, stage: StagePlan, stop: StopCause, ask: Asked): Promise<void> {
  const reason = `${withStop(stop.because)} It does not go back by itself: ${withStop(ask.because)}`;
  run.hold({ by: 'gantry', reason, kind: 'analysis' });
  const hold = run.view.holds.at(-1);
  run.notify({
    occasion: `back/${stage.environment}/${run.view.seq}`,
    kind: 'needsPerson',
    to: [...run.plan.onCall, ...run.audience],
    environment: stage.environment,
    sentence: `${run.title} is held in ${stage.environment}: ${reason} ${ask.answers}`,
  });
  const known = wayBackShut(run, stage);
  while (hold && run.view.holds.includes(hold) && run.isMended('asks-anew-when-a-way-back-shuts')) {
    run.leaveIfStopped();
    const round = run.revision;
    // what they were told that they can do is so no more
    const anew =
      known === undefined && wayBackShut(run, stage) !== undefined
        ? await whyAsk(run, stage, stop)
        : undefined;
    if (anew !== undefined && run.lift((one) => one === hold)) return askPeople(run, stage, stop, anew);
    await run.change(round, undefined, 'hold');
  }
  await untilNotHeld(run);
}

/** Why a rollback that nobody asked for may not be taken now; undefined where it may. */
async function whyNotBack(run: ReleaseRun, stage: StagePlan): Promise<string | undefined> {
  if (!run.hasCalendar || !run.recorder.reading) return undefined; // histories from before the record told of the calendar
  if (isPastCalendar(run, stage)) return undefined;
  await run.recorder.written();
  const { revision } = run.recorder.reading;
  const known = run.stageView(stage).calendar;
  const isFree = known && known.despite.length === 0 && !known.verdicts.some(({ gate }) => gate === 'freeze');
  if (isFree && isStillSo(known, { revision, now: run.now })) return undefined;
  const actionClass = actionClassOf({ modes: ['rollback'], isAutomatic: true });
  const input = { ...calendarInput(run, stage, true), actionClass };
  const { verdicts } = await run.recorder.alone(() => record.judgeCalendar(input));
  return headlineVerdict(verdicts.filter(({ kind }) => kind !== 'allowed'))?.because;
}
