import { news } from './news.ts';

/** Somebody has delayed the release: nothing starts before, and nobody need decide now. */
export const postponed = news({
  tag: 'Delayed',
  act: 'Look at the release',
  then: () => [
    'Nothing is asked of you now. When the delay is over its gates are asked again, and people only where facts have changed.',
  ],
});
