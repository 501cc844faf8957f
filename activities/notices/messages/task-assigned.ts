import { news } from './news.ts';

/** This reader is to do something: a condition of an approval, or work that somebody has added. */
export const taskAssigned = news({
  tag: 'Task',
  act: 'Look at the task',
  then: ({ notice, release }) => {
    const task = notice.facts?.['task'] ?? 'ID';
    const waits =
      notice.environment === undefined
        ? 'No stage waits for it.'
        : `${notice.environment} does not start before it is done.`;
    return [
      `${waits} Say so on the page, or with \`gantry release task done ${release.id} ${task}\`; \`accept\` and \`block\` tell the others how far it is.`,
    ];
  },
});
