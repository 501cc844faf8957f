import { showInstant } from '../../../platform/instants.ts';
import { news } from './news.ts';

/** The release stands still until somebody lifts the hold. */
export const held = news({
  tag: 'Held',
  act: 'Look at the release',
  then: ({ release, zone, nameOf }) => [
    `It goes no further by itself. ${release.holds.length > 0 ? 'Resume' : 'Let it go on'}, roll back or abort it.`,
    ...release.holds.map(
      (hold) => `${nameOf(hold.by)} holds it since ${showInstant(hold.at, zone)}: ${hold.reason}`,
    ),
  ],
});
