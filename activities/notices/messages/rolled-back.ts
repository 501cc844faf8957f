import { news } from './news.ts';

/** Every rollback is told, automatic or by hand: whoever was told "released" is told this in the same thread. */
export const rolledBack = news({
  tag: 'Rolled back',
  then: () => [
    'What was announced as released is gone again. The version before it takes the traffic; the table shows where.',
  ],
});
