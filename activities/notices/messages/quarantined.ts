import { news } from './news.ts';

/** A build that runs somewhere was banned: whoever brought it there has to see to it. */
export const quarantined = news({
  tag: 'Quarantined',
  act: 'Look at the release',
  then: () => [
    'What runs goes on running: Gantry takes nothing away by itself. Roll it back, or release a mended version.',
    'No release of this build starts anywhere until two people have lifted the quarantine.',
  ],
});
