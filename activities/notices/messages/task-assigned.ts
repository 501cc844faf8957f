import { news } from './news.ts';

/** Somebody let the release go on under a condition that this reader is to meet. */
export const taskAssigned = news({
  tag: 'Task',
  act: 'Look at the task',
  then: ({ notice, release }) => {
    const task = notice.facts?.['task'] ?? 'ID';
    return [
      `${notice.environment ?? 'The stage'} does not start before it is done. Say so on the page, or with \`gantry release task done ${release.id} ${task}\`; \`accept\` and \`block\` tell the others how far it is.`,
    ];
  },
});
