import { news } from './news.ts';

/** An override beyond the budget waits for a second person. */
export const secondAsked = news({
  tag: 'Second person asked',
  act: 'Look at the release',
  then: () => [
    'You agree on its page, or with the command above; only where you would give the override yourself. Without an answer it opens nothing, and the freeze holds the release.',
  ],
});
