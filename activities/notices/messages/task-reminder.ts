import type { TaskReminder } from '../../../domain/calendar/task-reminders.ts';
import type { Occasion } from '../occasion.ts';
import { news } from './news.ts';
import { dueRow, howToAnswer } from './task-words.ts';

/** Work is still to be done: its owners hear of it, or whoever may answer for them. */
export const taskReminder = news({
  tag: 'Reminder',
  act: 'Look at the task',
  then: (occasion) => [...whyThisReader(occasion), ...howToAnswer(occasion)],
  sections: dueRow,
});

function whyThisReader({ notice }: Occasion): string[] {
  const as = notice.facts?.['as'] as TaskReminder['as'] | undefined;
  return as === undefined || as === 'owner'
    ? []
    : ['Nobody who has the task has settled it: talk to them, or say yourself how it stands.'];
}
