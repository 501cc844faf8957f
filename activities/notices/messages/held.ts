import { showInstant } from '../../../platform/instants.ts';
import { measuredSections } from './measured.ts';
import { news } from './news.ts';

/** The release stands still until somebody lifts the hold, or says how to go on where an analysis could not tell. */
export const held = news({
  tag: 'Held',
  act: 'Look at the release',
  then: ({ release, zone, nameOf }) => [
    release.holds.some(({ doubt }) => doubt)
      ? 'It goes no further by itself. Extend its analysis, continue with a reason, or roll it back.'
      : `It goes no further by itself. ${release.holds.length > 0 ? 'Resume' : 'Let it go on'}, roll back or abort it.`,
    ...release.holds.map(
      (hold) => `${nameOf(hold.by)} holds it since ${showInstant(hold.at, zone)}: ${hold.reason}`,
    ),
  ],
  sections: measuredSections,
});
