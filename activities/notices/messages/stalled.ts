import { stallRemedy } from '../../../domain/release/stalled.ts';
import { news } from './news.ts';

/** A release stands still because of a defect, and whoever runs Gantry must mend it: nothing that its people say reaches it. */
export const stalled = news({
  tag: 'Needs a person',
  act: 'Look at the release',
  then: () => [
    stallRemedy,
    'What runs in its environments stays as it is; if it must go back now, bring it back by hand.',
  ],
});
