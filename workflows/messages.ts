import { CancellationScope, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { ReleaseView } from '../domain/release/release.ts';
import { advance, assertAdvanceable } from './advance.ts';
import { amend, assertAmendable, giveWay } from './amend.ts';
import { assertExtendable, assertInDoubt, continueAnalysis, extendAnalysis } from './answer-analysis.ts';
import { assertBreakable, breakGlass } from './break-glass.ts';
import {
  abort,
  assertAbortable,
  assertCheckRetryable,
  assertDroppable,
  assertOpen,
  assertReschedulable,
  assertResumable,
  assertRollBackPossible,
  assertStuck,
  dropDependency,
  obey,
  pause,
  reschedule,
  resume,
  retryCheck,
  rollBack,
  assertDoubtful,
  proceed,
} from './commands.ts';
import {
  abortUpdate,
  advanceUpdate,
  amendUpdate,
  breakGlassUpdate,
  calendarChangedSignal,
  decideUpdate,
  dropDependencyUpdate,
  grantedSignal,
  liftPostponementUpdate,
  operatorSignals,
  outrunSignal,
  milestonesUpdate,
  moveTaskUpdate,
  pauseUpdate,
  postponeUpdate,
  proceedUpdate,
  quarantineChangedSignal,
  recoverUpdate,
  rescheduleUpdate,
  resumeUpdate,
  retryCheckUpdate,
  rollBackUpdate,
  stateQuery,
  toldQuery,
  type ToldAnswer,
  supersededSignal,
  waiveUpdate,
  withdrawUpdate,
  type AbortInput,
  type AdvanceInput,
  type AmendInput,
  type BreakGlassInput,
  type CalendarChangedMessage,
  type Command,
  type CommandAnswer,
  type DecideAnswer,
  type DecideInput,
  type DropDependencyInput,
  type LockGrant,
  type MilestonesInput,
  type MoveTaskInput,
  type OperatorMessage,
  type OutrunMessage,
  type PostponeInput,
  type QuarantineChangedMessage,
  type RecoverInput,
  type RescheduleInput,
  type RetryCheckInput,
  type SupersededMessage,
  type WaiveInput,
  type WithdrawInput,
} from './contract.ts';
import {
  continueAnalysisUpdate,
  extendAnalysisUpdate,
  type ContinueAnalysisInput,
  type ExtendAnalysisInput,
} from './contract-analysis.ts';
import { regressionChangedSignal, type RegressionChangedMessage } from './contract-regression.ts';
import { revokeWaiverUpdate, type RevokeWaiverInput } from './contract-waivers.ts';
import { addTaskUpdate, type AddTaskInput } from './contract-tasks.ts';
import { addTask, assertTaskAddable } from './add-task.ts';
import { refusal } from './failures.ts';
import { isAwaited, refuseGrant } from './locks.ts';
import { assertMilestonesOpen, setMilestones } from './milestones.ts';
import { assertLiftable, assertPostponable, liftPostponement, postpone } from './postpone.ts';
import type { ReleaseRun } from './run.ts';
import { hearOfQuarantine } from './quarantine.ts';
import { hearOfRegression } from './regression.ts';
import { assertRevocable, revokeWaiver } from './revoke-waiver.ts';
import { assertTaskMovable, moveTask } from './tasks.ts';
import { obeySignals } from './signals.ts';
import { assertWaivable, waive } from './waivers.ts';
import { assertCountable, count, isDecided, openApproval, withdraw } from './votes.ts';
import {
  assertCommand,
  ignored,
  isGrant,
  isOutrun,
  isQuarantineNews,
  isRegression,
  isSuperseded,
  isWake,
} from './well-formed.ts';

/** Everything a release listens to. Handlers are synchronous: they change the run, and the story reacts. */
export function listen(run: ReleaseRun): void {
  setHandler(defineQuery<ReleaseView>(stateQuery), () => run.view, {
    description: 'The whole state of this release',
  });
  setHandler(defineQuery<ToldAnswer>(toldQuery), () => run.told, {
    description: 'How much of it the record was told',
  });

  setHandler(defineUpdate<DecideAnswer, [DecideInput]>(decideUpdate), (decision) => count(run, decision), {
    description: 'Counts a received decision: approve or reject',
    validator: (decision: DecideInput) => assertCountable(run, decision),
  });
  setHandler(defineUpdate<CommandAnswer, [WithdrawInput]>(withdrawUpdate), (input) => withdraw(run, input), {
    description: 'Takes back a vote while its request is open',
    validator: (input: WithdrawInput) => {
      const open = openApproval(run, input.requestId);
      if (open === undefined || isDecided(run, open))
        throw refusal('APPROVAL_NOT_OPEN', 'This request is closed, so the vote stays.');
    },
  });

  command<Command>(run, pauseUpdate, 'Holds the release at its next step', assertOpen, pause);
  command<Command>(run, resumeUpdate, 'Lifts all holds but those of a freeze', assertResumable, resume);
  command<AbortInput>(
    run,
    abortUpdate,
    'Stops the release; undoes what has been deployed unless told to leave it',
    assertAbortable,
    abort,
  );
  command<Command>(run, rollBackUpdate, 'Brings the previous version back', assertRollBackPossible, rollBack);
  command<AdvanceInput>(
    run,
    advanceUpdate,
    'Skips the pause of a rollout, or goes on to 100 %',
    assertAdvanceable,
    advance,
  );
  command<RecoverInput>(
    run,
    recoverUpdate,
    'Goes on after an undo has failed: retry, done by hand, or leave it',
    assertStuck,
    (r, input) => r.compensations.recover(input),
  );
  command<RetryCheckInput>(run, retryCheckUpdate, 'Runs checks again', assertCheckRetryable, retryCheck);

  command<RescheduleInput>(
    run,
    rescheduleUpdate,
    'Changes when it is to start',
    assertReschedulable,
    reschedule,
  );
  command<DropDependencyInput>(
    run,
    dropDependencyUpdate,
    'Waits no longer for something else',
    assertDroppable,
    dropDependency,
  );
  command<MilestonesInput>(
    run,
    milestonesUpdate,
    'Puts other dates in the place of planned milestones',
    (r, input) => {
      assertOpen(r);
      assertMilestonesOpen(r, input);
    },
    setMilestones,
  );
  command<WaiveInput>(
    run,
    waiveUpdate,
    'Lets a failed check count as passed for a while',
    assertWaivable,
    waive,
  );
  command<RevokeWaiverInput>(
    run,
    revokeWaiverUpdate,
    'Ends a waiver before its time',
    assertRevocable,
    revokeWaiver,
  );
  command<Command>(
    run,
    proceedUpdate,
    'Starts although it may not fit before the calendar shuts',
    assertDoubtful,
    proceed,
  );
  command<ContinueAnalysisInput>(
    run,
    continueAnalysisUpdate,
    'Goes on although its analysis did not pass',
    assertInDoubt,
    continueAnalysis,
  );
  command<ExtendAnalysisInput>(
    run,
    extendAnalysisUpdate,
    'Stays at its exposure and is measured for longer',
    assertExtendable,
    extendAnalysis,
  );
  command<AmendInput>(run, amendUpdate, 'Changes what is still to come', assertAmendable, amend);
  setHandler(
    defineSignal<[SupersededMessage]>(supersededSignal),
    (message) => {
      if (isSuperseded(message)) giveWay(run, message);
      else ignored(supersededSignal);
    },
    { description: 'A newer release takes its place' },
  );
  command<BreakGlassInput>(
    run,
    breakGlassUpdate,
    'Starts past approvals, windows, freezes and soak, for an incident',
    assertBreakable,
    breakGlass,
  );
  command<MoveTaskInput>(run, moveTaskUpdate, 'Says how far a task is', assertTaskMovable, moveTask);
  command<AddTaskInput>(
    run,
    addTaskUpdate,
    'Adds work that a stage may wait for',
    assertTaskAddable,
    addTask,
  );
  command<PostponeInput>(
    run,
    postponeUpdate,
    'Waits until a time, then asks again where facts have changed',
    assertPostponable,
    postpone,
  );
  command<Command>(run, liftPostponementUpdate, 'Lifts the postponement', assertLiftable, liftPostponement);
  setHandler(
    defineSignal<[CalendarChangedMessage]>(calendarChangedSignal),
    (message) => {
      if (!isWake(message)) {
        ignored(calendarChangedSignal);
        return;
      }
      if (!run.hasCalendar || run.seenWakes.has(message.wakeId)) return;
      run.seenWakes.add(message.wakeId);
      run.wakes.push(message);
      run.touch();
    },
    { description: 'The calendar was changed where it concerns this release: looks again' },
  );
  setHandler(
    defineSignal<[QuarantineChangedMessage]>(quarantineChangedSignal),
    (news) => {
      if (isQuarantineNews(news)) hearOfQuarantine(run, news);
      else ignored(quarantineChangedSignal);
    },
    { description: 'A build was quarantined or let out: where this release has it, it stops or may go on' },
  );
  setHandler(
    defineSignal<[RegressionChangedMessage]>(regressionChangedSignal),
    (news) => {
      if (isRegression(news)) hearOfRegression(run, news);
      else ignored(regressionChangedSignal);
    },
    {
      description:
        'A version was found to have regressed, or is well again: what was agreed to is asked anew',
    },
  );
  setHandler(defineSignal<[LockGrant]>(grantedSignal), (grant) => {
    if (!isGrant(grant)) {
      ignored(grantedSignal);
      return;
    }
    if (grant.keptBy === 'record' && !isAwaited(run, grant)) {
      refuseGrant(run, grant);
      return;
    }
    run.locks.set(grant.environment, grant);
    run.touch();
  });
  setHandler(
    defineSignal<[OutrunMessage]>(outrunSignal),
    (message) => {
      if (!isOutrun(message)) {
        ignored(outrunSignal);
        return;
      }
      const { environment, because } = message;
      // Whoever holds the environment by now has started there, and goes on.
      if (!run.locks.has(environment)) run.stop({ kind: 'superseded', because });
    },
    { description: 'A newer release waits for the same environment: this one gives way' },
  );
  for (const name of operatorSignals) {
    setHandler(defineSignal<[OperatorMessage]>(name), (message) => void run.signals.push({ name, message }), {
      description: `Operator: ${name}, with {by, reason}`,
    });
  }
  void CancellationScope.nonCancellable(() => obeySignals(run));
}

/** Registers one command: refused without a trace where it cannot be, applied once however often it comes. */
function command<I extends Command>(
  run: ReleaseRun,
  name: string,
  description: string,
  assertPossible: (run: ReleaseRun, input: I) => void,
  apply: (run: ReleaseRun, input: I) => void,
): void {
  setHandler(defineUpdate<CommandAnswer, [I]>(name), (input) => obey(run, name, input, apply), {
    description,
    validator: (input: I) => {
      assertCommand(input);
      if (!run.applied.has(input.commandId)) assertPossible(run, input);
    },
  });
}
