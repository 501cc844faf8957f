import { news } from './news.ts';
import { dueRow, howToAnswer } from './task-words.ts';

/** This reader is to do something: a condition of an approval, or work that somebody has added. */
export const taskAssigned = news({
  tag: 'Task',
  act: 'Look at the task',
  then: howToAnswer,
  sections: dueRow,
});
