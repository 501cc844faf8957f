import { gatheredNews } from './gathered-news.ts';

/** A date that people plan with is another now, of one release or of all that one change moves; nothing is asked of them. */
export const rescheduled = gatheredNews({
  tag: 'New date',
  act: 'Look at the release',
  then: () => ['Nothing is asked of you. Approvals that were given stay as they are.'],
  together: 'The same change moves, too',
});
