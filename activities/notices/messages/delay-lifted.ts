import { news } from './news.ts';

/** Whoever was told that the release is delayed is told that it is not any more. */
export const delayLifted = news({
  tag: 'Delay lifted',
  act: 'Look at the release',
  then: () => [
    'People are asked again only where facts have changed: then each of them gets a mail of their own.',
  ],
});
