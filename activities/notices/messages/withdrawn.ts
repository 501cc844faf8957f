import { news } from './news.ts';

/** A vote was taken back, or the request itself: those who were asked are told. */
export const withdrawn = news({
  tag: 'Withdrawn',
  then: () => ['Look at the release before you act on an earlier mail about it.'],
});
