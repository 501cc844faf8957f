import { instantText } from '../domain/instant-text.ts';
import { pastStart } from '../domain/release/past-start.ts';
import { movedTo, ruling } from '../domain/release/postpone.ts';
import type { Actor, StageView } from '../domain/release/release.ts';
import { isTerminal, stateWord } from '../domain/release/state.ts';
import {
  endedSentence,
  endsByItself,
  whyNotResumable,
  whyReasonNeeded,
  whyNotRetryable,
  whyShut,
} from '../domain/release/why-shut.ts';
import {
  abortUpdate,
  advanceUpdate,
  amendUpdate,
  breakGlassUpdate,
  dropDependencyUpdate,
  liftPostponementUpdate,
  milestonesUpdate,
  moveTaskUpdate,
  pauseUpdate,
  postponeUpdate,
  proceedUpdate,
  recoverUpdate,
  rescheduleUpdate,
  resumeUpdate,
  retryCheckUpdate,
  rollBackUpdate,
  waiveUpdate,
  type AbortInput,
  type Command,
  type CommandAnswer,
  type DropDependencyInput,
  type RecoverInput,
  type RescheduleInput,
  type RetryCheckInput,
} from './contract.ts';
import { continueAnalysisUpdate, extendAnalysisUpdate } from './contract-analysis.ts';
import { revokeWaiverUpdate } from './contract-waivers.ts';
import { addTaskUpdate } from './contract-tasks.ts';
import { refusal } from './failures.ts';
import { assertWayBack } from './no-way-back.ts';
import { isInstant } from './well-formed.ts';
import type { ReleaseRun } from './run.ts';

/** Does a command once, however often it comes, and answers with the state after it. */
export function obey<I extends Command>(
  run: ReleaseRun,
  name: string,
  input: I,
  /** May answer a headline that holds until the gates have been asked anew, or a note for whoever asked. */
  apply: (run: ReleaseRun, input: I) => unknown,
): CommandAnswer {
  let note: string | undefined;
  if (!run.applied.has(input.commandId)) {
    run.applied.add(input.commandId);
    run.tell(
      'command.received',
      run.title,
      `${run.nameOf(whoOf(input.by))} asked to ${words[name] ?? name} ${run.title}.`,
      {
        actor: input.by,
        ...(input.reason ? { reason: input.reason } : {}),
        ...(input.requestId ? { requestId: input.requestId } : {}),
      },
    );
    const said = apply(run, input);
    run.touch();
    run.refresh();
    if (typeof said === 'string' && !run.isHeld) run.view.headline = said;
    note = noteIn(said);
  }
  const { state, headline, seq } = run.view;
  return { state, headline, seq, ...(note === undefined ? {} : { note }) };
}

const noteIn = (said: unknown): string | undefined =>
  typeof said === 'object' && said !== null && 'note' in said && typeof said.note === 'string'
    ? said.note
    : undefined;

/** Whom people know: the person behind a token, else the token, program or operator itself. */
export const whoOf = (actor: Actor): string => actor.person ?? actor.id;

const words: Record<string, string> = {
  [addTaskUpdate]: 'add a task to',
  [continueAnalysisUpdate]: 'go on, although its analysis did not pass, with',
  [extendAnalysisUpdate]: 'extend the analysis of',
  [pauseUpdate]: 'pause',
  [resumeUpdate]: 'resume',
  [abortUpdate]: 'abort',
  [rollBackUpdate]: 'roll back',
  [recoverUpdate]: 'go on with the undo of',
  [retryCheckUpdate]: 'run checks again for',
  [rescheduleUpdate]: 'reschedule',
  [dropDependencyUpdate]: 'drop a dependency of',
  [milestonesUpdate]: 'change the milestones of',
  [waiveUpdate]: 'waive a check of',
  [revokeWaiverUpdate]: 'take back a waiver of',
  [proceedUpdate]: 'start, although it may not fit,',
  [postponeUpdate]: 'postpone',
  [moveTaskUpdate]: 'move a task of',
  [amendUpdate]: 'amend',
  [breakGlassUpdate]: 'break the glass for',
  [liftPostponementUpdate]: 'lift the postponement of',
  [advanceUpdate]: 'go on before its time with',
};

export function assertOpen(run: ReleaseRun): void {
  const shut = whyShut(run.view, { now: run.now, isStopping: run.stopping !== undefined });
  if (shut) throw refusal(shut.isEnded ? 'RELEASE_ENDED' : 'COMMAND_NOT_POSSIBLE', shut.because);
}

export function assertAbortable(run: ReleaseRun, input: AbortInput): void {
  assertAbortPossible(run, input);
  if (!input.leave) assertWayBack(run);
}

/** All but whether it may be taken back: signals of older releases did not ask. */
export function assertAbortPossible(run: ReleaseRun, input: AbortInput): void {
  assertOpen(run);
  if (input.leave && !input.reason)
    throw refusal('COMMAND_NOT_POSSIBLE', 'To leave what has been deployed as it is, give a reason.');
}

export function assertRollBackPossible(run: ReleaseRun): void {
  assertSomethingShipped(run);
  assertWayBack(run);
}

/** The same, without asking whether it may be taken back. */
export function assertSomethingShipped(run: ReleaseRun): void {
  assertOpen(run);
  if (!run.compensations.isAnyRegistered) {
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `Nothing of ${run.title} has been deployed to ${run.view.stage ?? 'this stage'} yet, so there is nothing to roll back. Abort it instead.`,
    );
  }
}

export function assertStuck(run: ReleaseRun, input: RecoverInput): void {
  if (isTerminal(run.view.state)) throw refusal('RELEASE_ENDED', endedSentence(run.view, run.now));
  if (run.view.state !== 'stuck')
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `${run.title} is ${stateWord(run.view.state)}, not stuck: no undo waits for a person.`,
    );
  if (input.how === 'leave' && !input.reason)
    throw refusal('COMMAND_NOT_POSSIBLE', 'To leave it as it is, give a reason.');
  if (input.service && !run.compensations.isWaitingFor(input.service))
    throw refusal('COMMAND_NOT_POSSIBLE', `No undo of ${input.service} waits for a person.`);
}

export function assertCheckRetryable(run: ReleaseRun, input: RetryCheckInput): void {
  assertOpen(run);
  const why = whyNotRetryable(run.view, input.check || undefined);
  if (why !== undefined) throw refusal('COMMAND_NOT_POSSIBLE', why);
}

export function pause(run: ReleaseRun, input: Command): void {
  if (run.view.holds.some((hold) => hold.kind === 'person' && hold.by === whoOf(input.by))) return;
  run.hold({ by: whoOf(input.by), reason: input.reason ?? 'paused', kind: 'person' }, input.by);
}

export function resume(run: ReleaseRun, input: Command): void {
  if (!run.lift((hold) => !endsByItself(hold))) return;
  run.tell('hold.lifted', run.title, `${run.nameOf(whoOf(input.by))} lifted the hold of ${run.title}.`, {
    actor: input.by,
    ...(input.reason ? { reason: input.reason } : {}),
  });
}

export function assertResumable(run: ReleaseRun, input: Command): void {
  assertOpen(run);
  const why = whyNotResumable(run.view) ?? whyReasonNeeded(run.view, input.reason);
  if (why !== undefined) throw refusal('COMMAND_NOT_POSSIBLE', why);
}

/** A schedule is about the start, so there must be one still to come. */
export function assertReschedulable(run: ReleaseRun, input: RescheduleInput): void {
  assertOpen(run);
  const { at, startBy } = input.schedule;
  if (![at, startBy].every((instant) => instant === undefined || isInstant(instant)))
    throw refusal('COMMAND_NOT_POSSIBLE', 'A schedule is made of instants between 1970 and 2200.');
  if (!run.hasCalendar)
    throw refusal('COMMAND_NOT_POSSIBLE', `${run.title} was started before releases had schedules.`);
  const target = run.view.stages.at(-1);
  if (target && !['pending', 'verifying', 'gating', 'ready'].includes(target.state))
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `${run.title} has started in ${target.environment} already; pause it instead.`,
    );
  const past = pastStart(input.schedule, run.now);
  if (past) throw refusal('START_PASSED', `${run.title} keeps its schedule: ${past.because}.`);
}

export function reschedule(run: ReleaseRun, input: RescheduleInput): string {
  const { at, next } = input.schedule;
  if (at === undefined && !next && input.schedule.startBy === undefined) delete run.view.schedule;
  else run.view.schedule = input.schedule;
  moveAnew(run);
  lookAgain(run);
  const when = next
    ? 'takes the next slot that fits'
    : at === undefined
      ? 'starts as soon as it may'
      : `is to start ${instantText(at)}`;
  run.tell('schedule.planned', run.title, `${run.title} ${when}.`, {
    actor: input.by,
    ...(input.reason ? { reason: input.reason } : {}),
    facts: { ...input.schedule },
  });
  // Until the gates have been asked anew, their rows are about the start that it had before.
  return `${run.title} ${when}.`;
}

/** A delay that runs moves what is asked for anew, too. */
function moveAnew({ view, now }: ReleaseRun): void {
  delete view.scheduleAsked;
  const latest = ruling(view.postponements, now);
  if (!latest || !view.schedule) return;
  view.scheduleAsked = view.schedule;
  view.schedule = movedTo(view.schedule, latest.until, now);
}

export function assertDroppable(run: ReleaseRun, input: DropDependencyInput): void {
  assertOpen(run);
  if (!run.view.needs?.[input.number - 1])
    throw refusal('COMMAND_NOT_POSSIBLE', `${run.title} does not wait for a number ${input.number}.`);
}

export function dropDependency(run: ReleaseRun, input: DropDependencyInput): void {
  run.view.needs = (run.view.needs ?? []).filter((_, index) => index !== input.number - 1);
  lookAgain(run);
}

/** The stage that may not fit before the calendar shuts, and asks its owner. */
const doubtfulStage = (run: ReleaseRun): StageView | undefined =>
  run.view.stages.find(({ verdicts }) =>
    verdicts.some(({ gate, kind }) => gate === 'fit' && kind === 'needsPeople'),
  );

/** Only what the gate asks for can be answered, and only with a reason: it is read when it did not fit after all. */
export function assertDoubtful(run: ReleaseRun, input: Command): void {
  assertOpen(run);
  if (!doubtfulStage(run)?.calendar?.doubtfulClose)
    throw refusal('COMMAND_NOT_POSSIBLE', `Nobody is asked whether ${run.title} may start.`);
  if (!input.reason)
    throw refusal('COMMAND_NOT_POSSIBLE', 'Say why it may start although it may not fit: give a reason.');
}

export function proceed(run: ReleaseRun, input: Command): void {
  const stage = doubtfulStage(run);
  const closesAt = stage?.calendar?.doubtfulClose;
  if (!stage || closesAt === undefined) return;
  stage.proceed = { by: whoOf(input.by), reason: input.reason ?? '', closesAt };
  lookAgain(run);
}

/** What the calendar said last hung on what is another now. */
function lookAgain(run: ReleaseRun): void {
  for (const stage of run.view.stages) delete stage.calendar;
}

export function abort(run: ReleaseRun, input: AbortInput): void {
  run.stop({
    kind: 'abort',
    because: input.reason ?? `${run.nameOf(whoOf(input.by))} aborted it`,
    by: whoOf(input.by),
    ...(input.leave ? { leave: true } : {}),
  });
}

export function rollBack(run: ReleaseRun, input: Command): void {
  run.stop({
    kind: 'rollBack',
    because: input.reason ?? `${run.nameOf(whoOf(input.by))} rolled it back`,
    by: whoOf(input.by),
  });
}

export function retryCheck(run: ReleaseRun, input: RetryCheckInput): void {
  run.retry = input;
}
