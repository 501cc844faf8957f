import { getExternalWorkflowHandle } from '@temporalio/workflow';
import type { StagePlan } from '../domain/release/plan.ts';
import { isBeforeStart } from '../domain/release/postpone.ts';
import { carriedOver } from '../domain/release/tasks.ts';
import { assertOpen, assertReschedulable, reschedule, whoOf } from './commands.ts';
import { supersededSignal, type AmendInput, type SupersededMessage } from './contract.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';
import { addTasks } from './tasks.ts';

export function assertAmendable(run: ReleaseRun, input: AmendInput): void {
  assertOpen(run);
  const { notes, schedule, policyDigest } = input;
  if (notes === undefined && schedule === undefined && policyDigest === undefined)
    throw refusal('COMMAND_NOT_POSSIBLE', 'Say what is to be another: notes, the schedule, or the policy.');
  if (schedule) assertReschedulable(run, { ...input, schedule });
  if (policyDigest === undefined) return;
  if (!isBeforeStart(run.view))
    throw refusal(
      'COMMAND_NOT_POSSIBLE',
      `${run.title} has started in ${run.view.stage ?? 'its stage'}: what it was started under holds there.`,
    );
  if (policyDigest === run.order.policyDigest)
    throw refusal('COMMAND_NOT_POSSIBLE', `${run.title} follows that policy already.`);
}

/** Changes what is ahead of this release. What touches the subject of an approval makes it void, once the rest is planned anew. */
export function amend(run: ReleaseRun, input: AmendInput): void {
  const { notes, schedule, policyDigest } = input;
  const by = whoOf(input.by);
  if (notes !== undefined) {
    run.view.notes = notes;
    run.tell('release.amended', run.title, `${run.nameOf(by)} noted about ${run.title}: ${notes}`, {
      actor: input.by,
    });
  }
  if (schedule) reschedule(run, { ...input, schedule });
  if (policyDigest === undefined) return;
  run.replan = {
    because: `${run.nameOf(by)} put it under the policy in force${input.reason === undefined ? '' : `: ${input.reason}`}`,
    keepsSame: true,
    before: run.replan?.before ?? run.order,
  };
  run.order = { ...run.order, policyDigest };
  run.view.policyDigest = policyDigest;
  run.tell(
    'release.amended',
    run.title,
    `${run.nameOf(by)} put ${run.title} under the policy in force. What is ahead is planned anew, and people are asked again where that changes what they approved.`,
    { actor: input.by, ...(input.reason ? { reason: input.reason } : {}), facts: { policy: policyDigest } },
  );
}

/**
 * Takes the place of the releases that the order names: they end where nothing of their stage has started, what is to be done
 * for them is to be done for this one, and those who are asked see what is another than what was approved before.
 */
export async function takePlaces(run: ReleaseRun): Promise<void> {
  const { supersedes = [], stages } = run.plan;
  const [first] = stages;
  if (supersedes.length === 0 || !first) return;
  run.view.supersedes = supersedes.map(({ id, title }) => ({ id, title }));
  for (const older of supersedes) {
    for (const { environment, requestId } of older.requests) run.previousRequests.set(environment, requestId);
    carry(run, first, older);
    const message: SupersededMessage = {
      releaseId: run.view.id,
      title: run.title,
      by: whoOf(run.order.requestedBy),
    };
    try {
      await getExternalWorkflowHandle(older.workflowId).signal(supersededSignal, message);
      run.tell('release.supersedes', run.title, `${run.title} takes the place of ${older.title}.`, {
        facts: { older: older.id },
      });
    } catch {
      run.tell(
        'release.supersedes',
        run.title,
        `${older.title} had ended before ${run.title} could take its place.`,
      );
    }
  }
}

function carry(
  run: ReleaseRun,
  stage: StagePlan,
  older: NonNullable<ReleaseRun['plan']['supersedes']>[number],
): void {
  const environments = run.plan.stages.map(({ environment }) => environment);
  const tasks = carriedOver(older.tasks, older.id, environments, run.view.tasks ?? []);
  if (tasks.length > 0) addTasks(run, stage, tasks);
}

/** A newer release takes this one's place, unless something of its stage has been started: that goes on. */
export function giveWay(run: ReleaseRun, { title, releaseId, by }: SupersededMessage): void {
  if (isBeforeStart(run.view)) {
    run.stop({ kind: 'superseded', because: `${title} takes its place`, by });
    return;
  }
  run.tell(
    'release.newer',
    run.title,
    `${title} was to take the place of ${run.title}, which has started in ${run.view.stage ?? 'its stage'} and goes on.`,
    { facts: { newer: releaseId } },
  );
}
