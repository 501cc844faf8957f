import { news } from './news.ts';

/** A date that people plan with is another now; nothing is asked of them. */
export const rescheduled = news({
  tag: 'New date',
  act: 'Look at the release',
  then: () => ['Nothing is asked of you. Approvals that were given stay as they are.'],
});
