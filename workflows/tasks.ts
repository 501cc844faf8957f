import { standingVotes } from '../domain/gates/approvals/electorate.ts';
import { instantText } from '../domain/instant-text.ts';
import type { StagePlan } from '../domain/release/plan.ts';
import type { ApprovalView, TaskView } from '../domain/release/release.ts';
import { conditionProblem, mayMove, ownersOf, tasksOf } from '../domain/release/tasks.ts';
import { assertOpen, whoOf } from './commands.ts';
import type { DecideInput, MoveTaskInput } from './contract.ts';
import { refusal } from './failures.ts';
import type { ReleaseRun } from './run.ts';
import { standingOf } from './person-standing.ts';

/** Refuses a vote whose conditions nobody could meet, before it is counted. */
export function assertConditions(
  run: ReleaseRun,
  stage: StagePlan,
  { conditions, choice }: DecideInput,
): void {
  if (!conditions || conditions.length === 0) return;
  if (choice !== 'approve') throw refusal('CONDITION_INVALID', 'Only an approval is given under conditions.');
  const ahead = run.plan.stages
    .map(({ environment }) => environment)
    .filter((environment) => isAhead(run, environment));
  const problem = conditionProblem(conditions, { ahead, candidates: stage.candidates });
  if (problem !== undefined) throw refusal('CONDITION_INVALID', problem);
}

/** Nothing has been done in this stage: also while it is looked what runs there, before the first step. */
export function isAhead(run: ReleaseRun, environment: string): boolean {
  const state = run.view.stages.find((stage) => stage.environment === environment)?.state ?? '';
  if (state === 'deploying') return run.turnsBackForDoubts && !run.compensations.isBegun;
  return ['pending', 'verifying', 'gating', 'ready'].includes(state);
}

/** What the approval was given under becomes work for people, and they are told. */
export function takeConditions(run: ReleaseRun, stage: StagePlan, approval: ApprovalView): void {
  const given = standingVotes(approval).flatMap(({ person, choice, conditions }) =>
    choice === 'approve' ? (conditions ?? []).map((condition) => ({ condition, askedBy: person })) : [],
  );
  if (given.length === 0) return;
  addTasks(run, stage, tasksOf(given, run.view.tasks ?? [], run.now));
}

/** Adds tasks to the release, with an entry and a mail each. */
export function addTasks(run: ReleaseRun, stage: StagePlan, tasks: readonly TaskView[]): void {
  run.view.tasks = [...(run.view.tasks ?? []), ...tasks];
  for (const task of tasks) {
    const due = task.due === undefined ? '' : `, due ${instantText(task.due)}`;
    const before = task.before === undefined ? '' : ` before ${task.before}`;
    const sentence = `${run.nameOf(task.askedBy)} asks of ${run.nameOf(task.owner)}${before}: ${task.title}${due}.`;
    run.tell('task.opened', `task ${task.id}`, sentence, {
      facts: { task: task.id, owner: task.owner, ...stageOf(task), askedBy: task.askedBy },
    });
    run.notify({
      occasion: `task/${task.id}/opened`,
      kind: 'taskAssigned',
      to: ownersOf(task, stage.candidates),
      ...(task.before === undefined ? {} : { environment: task.before }),
      sentence,
      facts: { task: task.id, title: task.title, ...(task.due === undefined ? {} : { due: task.due }) },
    });
  }
}

const stageOf = ({ before }: TaskView) => (before === undefined ? {} : { before });

const taskOf = (run: ReleaseRun, id: string): TaskView | undefined =>
  run.view.tasks?.find((task) => task.id === id);

const judged = (run: ReleaseRun, task: TaskView, { by, to }: MoveTaskInput) =>
  mayMove(task, to, standingOf(run, whoOf(by)), run.plan.stages[0]?.candidates ?? []);

export function assertTaskMovable(run: ReleaseRun, input: MoveTaskInput): void {
  assertOpen(run);
  const task = taskOf(run, input.task);
  if (!task) throw refusal('COMMAND_NOT_POSSIBLE', `${run.title} has no task ${input.task}.`);
  const answer = judged(run, task, input);
  if (!answer.ok)
    throw refusal(answer.kind === 'state' ? 'COMMAND_NOT_POSSIBLE' : 'AUTHORITY_MISSING', answer.because);
  if ((input.to === 'blocked' || input.to === 'cancelled') && !input.reason)
    throw refusal('COMMAND_NOT_POSSIBLE', `Say why task ${task.id} is ${input.to}: give a reason.`);
}

export function moveTask(run: ReleaseRun, input: MoveTaskInput): void {
  const task = taskOf(run, input.task);
  if (!task) return;
  const by = whoOf(input.by);
  task.state = input.to;
  task.at = run.now;
  task.by = by;
  if (input.to === 'accepted') task.acceptedBy = by;
  if (input.reason) task.reason = input.reason;
  else delete task.reason;
  run.tell(
    'task.moved',
    `task ${task.id}`,
    `${run.nameOf(by)} says: task ${task.id} “${task.title}” is ${input.to}.`,
    {
      actor: input.by,
      ...(input.reason ? { reason: input.reason } : {}),
      facts: { task: task.id, state: input.to, ...stageOf(task) },
    },
  );
}
