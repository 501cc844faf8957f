import { isOutstanding } from '../../../domain/release/tasks.ts';
import { counted, sentence, type DossierSource } from './source.ts';
import { toldOf } from './told.ts';

/** Work that stages waited for: who asked for it, under which approval, who did it, and when. */
export function tasksSection(source: Pick<DossierSource, 'view' | 'entries'>) {
  const { tasks = [] } = source.view;
  const left = tasks.filter(isOutstanding).length;
  return {
    summary:
      tasks.length === 0
        ? 'Nothing was to be done before a stage.'
        : sentence(
            `${counted(tasks.length, 'task')}, ${left === 0 ? 'all settled' : `${left} not settled`}.`,
          ),
    tasks,
    log: toldOf(source, ['task.opened', 'task.moved']),
  };
}
