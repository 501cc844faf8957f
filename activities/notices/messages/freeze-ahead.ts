import { news } from './news.ts';

/** A freeze meets the time for which a release is planned somewhere; it has not begun there. */
export const freezeAhead = news({
  tag: 'Freeze ahead',
  act: 'Look at the release',
  then: () => [
    'Without anything being done it waits until the freeze has ended, if it may wait that long.',
    'You can start it before, give it another date, or ask for an override.',
  ],
});
