import { defineUpdate, setHandler } from '@temporalio/workflow';
import { addTask, assertTaskAddable } from './add-task.ts';
import { advance, assertAdvanceable } from './advance.ts';
import { amend, assertAmendable } from './amend.ts';
import { assertExtendable, assertInDoubt, continueAnalysis, extendAnalysis } from './answer-analysis.ts';
import { assertBreakable, breakGlass } from './break-glass.ts';
import {
  abort,
  assertAbortable,
  assertCheckRetryable,
  assertDoubtful,
  assertDroppable,
  assertOpen,
  assertReschedulable,
  assertResumable,
  assertRollBackPossible,
  assertStuck,
  dropDependency,
  obey,
  pause,
  proceed,
  reschedule,
  resume,
  retryCheck,
  rollBack,
} from './commands.ts';
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
  type AdvanceInput,
  type AmendInput,
  type BreakGlassInput,
  type Command,
  type CommandAnswer,
  type DropDependencyInput,
  type MilestonesInput,
  type MoveTaskInput,
  type PostponeInput,
  type RecoverInput,
  type RescheduleInput,
  type RetryCheckInput,
  type WaiveInput,
} from './contract.ts';
import {
  continueAnalysisUpdate,
  extendAnalysisUpdate,
  type ContinueAnalysisInput,
  type ExtendAnalysisInput,
} from './contract-analysis.ts';
import { addTaskUpdate, type AddTaskInput } from './contract-tasks.ts';
import { revokeWaiverUpdate, type RevokeWaiverInput } from './contract-waivers.ts';
import { assertMilestonesOpen, setMilestones } from './milestones.ts';
import { assertLiftable, assertPostponable, liftPostponement, postpone } from './postpone.ts';
import { assertRevocable, revokeWaiver } from './revoke-waiver.ts';
import type { ReleaseRun } from './run.ts';
import { assertTaskMovable, moveTask } from './tasks.ts';
import { assertWaivable, waive } from './waivers.ts';
import { assertCommand } from './well-formed.ts';

/** What people steer a release by while it goes on. */
export function obeySteering(run: ReleaseRun): void {
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
}

/** What changes when it starts and what it waits for. */
export function obeyPlanning(run: ReleaseRun): void {
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
}

/** What people answer where the release itself may not judge. */
export function obeyAnswers(run: ReleaseRun): void {
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
}

/** What changes the order itself. */
export function obeyAmendments(run: ReleaseRun): void {
  command<AmendInput>(run, amendUpdate, 'Changes what is still to come', assertAmendable, amend);
}

/** What passes gates, and what people do beside it. */
export function obeyWork(run: ReleaseRun): void {
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
