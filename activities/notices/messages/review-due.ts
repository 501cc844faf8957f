import { news } from './news.ts';

/** A break-glass is to be reviewed, by people who did not break it. */
export const reviewDue = news({
  tag: 'Review',
  act: 'Look at the release',
  then: ({ notice, release }) => [
    `Say what you found: gantry review done ${notice.facts?.['review'] ?? 'ID'} --finding "…". One review by anybody who did not break it is enough.`,
    `From its due time on, nothing planned of ${[...new Set(release.components.map(({ service }) => service))].join(', ')} starts until it is done; urgent releases and rollbacks go on.`,
  ],
});
