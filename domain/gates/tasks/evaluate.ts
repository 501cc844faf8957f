import { instantText } from '../../instant-text.ts';
import { listOf } from '../../list-of.ts';
import type { Candidate } from '../../release/plan.ts';
import type { TaskView } from '../../release/release.ts';
import { isOutstanding, ownersOf } from '../../release/tasks.ts';
import type { Verdict } from '../../verdict.ts';

/** What the gate must be told: every task of the release, and the stage that is to start. */
export interface TaskFacts {
  tasks: readonly TaskView[];
  environment: string;
  candidates: readonly Candidate[];
}

/** Whether the work that this stage waits for is done (semantics §9); nothing to say where it waits for none. */
export function evaluateTasks(
  { tasks, environment, candidates }: TaskFacts,
  now: string,
): Verdict | undefined {
  const ours = tasks.filter(({ before }) => before === environment);
  if (ours.length === 0) return undefined;
  const left = ours.filter(isOutstanding);
  const [first] = left;
  if (!first)
    return {
      kind: 'allowed',
      because: `${ours.length === 1 ? 'The task is' : `All ${ours.length} tasks are`} settled.`,
    };
  const more = left.length > 1 ? ` (and ${left.length - 1} more)` : '';
  return {
    kind: 'needsPeople',
    because: `${ours.length - left.length} of ${ours.length} tasks done. ${inWords(first, candidates, now)}${more}`,
    who: left.map((task) => ({
      rule: `task ${task.id}`,
      candidates: ownersOf(task, candidates),
      seats: 1,
    })),
  };
}

/** `t1 “write the runbook” is with Ana, due Thu 26 Nov 17:00 UTC.` */
function inWords(task: TaskView, candidates: readonly Candidate[], now: string): string {
  const nameOf = (person: string) => candidates.find(({ id }) => id === person)?.name ?? person;
  const owners = ownersOf(task, candidates);
  const who =
    owners.length > 1
      ? `team ${task.owner}`
      : listOf(owners.length > 0 ? owners.map(nameOf) : [task.owner], 'or');
  const blocked =
    task.state === 'blocked' ? `blocked${task.reason === undefined ? '' : ` (${task.reason})`}, and ` : '';
  const due =
    task.due === undefined
      ? ''
      : Date.parse(task.due) <= Date.parse(now)
        ? `, overdue since ${instantText(task.due)}`
        : `, due ${instantText(task.due)}`;
  return `${task.id} “${task.title}” is ${blocked}with ${who}${due}.`;
}
