import { news } from './news.ts';

/** The approval gate has closed: told to those who were asked and to the owner. */
export const decided = news({
  tag: 'Decided',
  then: () => ['The request is closed. Nobody needs to answer it any more.'],
});
