import { withStop } from '../../../domain/full-stop.ts';
import { afterDenial } from '../../../domain/gates/after-denial.ts';
import { news } from './news.ts';

/** A gate says no by itself: whoever answers for the release hears what mends it, or the release expires behind it. */
export const blocked = news({
  tag: 'Blocked',
  act: 'Look at the release',
  then: ({ notice, release }) => [
    ...(notice.facts?.['remedy'] === undefined ? [] : [withStop(notice.facts['remedy'])]),
    `${afterDenial({ gate: notice.facts?.['gate'] ?? '' }, release.id)} A gate that stays shut so for 72 hours ends the release as expired.`,
  ],
});
