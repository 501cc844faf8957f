import type { ReleaseView } from '../../domain/release/release.ts';
import { namedIn } from '../../domain/release/names.ts';
import { taskInWords } from '../../domain/release/tasks.ts';
import type { Output } from '../output.ts';
import { plainText } from '../plain-text.ts';

/** A line for each task of a release, with the id by which it is moved; none where there are none. */
export const taskLines = (
  { tasks = [], names }: Pick<ReleaseView, 'tasks' | 'names'>,
  output: Pick<Output, 'time'>,
): string[] =>
  tasks.map((task) => {
    const due = task.due === undefined ? '' : `, due ${output.time(task.due)}`;
    const reason = task.reason === undefined ? '' : `: “${plainText(task.reason)}”`;
    return `task ${task.id}: ${plainText(task.title)}: ${taskInWords(task, namedIn(names))}${due}${reason}`;
  });
