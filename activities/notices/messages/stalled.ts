import { stallRemedy } from '../../../domain/release/stalled.ts';
import { gatheredNews } from './gathered-news.ts';

/** A release stands still, or several do at once, because of a defect, and whoever runs Gantry must mend it: nothing that its people say reaches it. */
export const stalled = gatheredNews({
  tag: 'Needs a person',
  act: 'Look at the release',
  then: () => [
    stallRemedy,
    'What runs in its environments stays as it is; if it must go back now, bring it back by hand.',
  ],
  together: 'These stand still, too',
});
