import { mayAdd, taskInWords, tasksOf } from '../domain/release/tasks.ts';
import { assertOpen, whoOf } from './commands.ts';
import type { AddTaskInput } from './contract-tasks.ts';
import { refusal } from './failures.ts';
import { standingOf } from './person-standing.ts';
import type { ReleaseRun } from './run.ts';
import { addTasks, isAhead } from './tasks.ts';
import { isInstant } from './well-formed.ts';

const judged = (run: ReleaseRun, input: AddTaskInput) =>
  mayAdd(input, standingOf(run, whoOf(input.by)), {
    ahead: run.plan.stages.flatMap(({ environment }) => (isAhead(run, environment) ? [environment] : [])),
    candidates: run.plan.stages[0]?.candidates ?? [],
    count: (run.view.tasks ?? []).length,
    now: run.now,
  });

export function assertTaskAddable(run: ReleaseRun, input: AddTaskInput): void {
  assertOpen(run);
  if (typeof input.title !== 'string' || typeof input.owner !== 'string')
    throw refusal('COMMAND_NOT_POSSIBLE', 'A task says what is to be done, and who does it.');
  if (input.due !== undefined && !isInstant(input.due))
    throw refusal('COMMAND_NOT_POSSIBLE', 'A task is due at an instant between 1970 and 2200.');
  const answer = judged(run, input);
  if (!answer.ok)
    throw refusal(answer.kind === 'state' ? 'COMMAND_NOT_POSSIBLE' : 'AUTHORITY_MISSING', answer.because);
}

/** Work that no vote was given under: whoever does it is told, and a stage that is named waits for it. */
export function addTask(run: ReleaseRun, input: AddTaskInput): { note: string } {
  const [stage] = run.plan.stages;
  if (!stage || !judged(run, input).ok) return { note: '' }; // a retry after its time; the validator has refused all others
  const { title, owner, before, due } = input;
  const condition = {
    title,
    owner,
    ...(before === undefined ? {} : { before }),
    ...(due === undefined ? {} : { due: new Date(due).toISOString() }),
  };
  const added = tasksOf([{ condition, askedBy: whoOf(input.by) }], run.view.tasks ?? [], run.now);
  addTasks(run, stage, added);
  if (before !== undefined) run.stagesWithNewTasks.add(before);
  return {
    note: added.map((task) => `It is task ${task.id}: ${taskInWords(task, run.nameOf)}.`).join(' '),
  };
}
