import { news } from './news.ts';

/** A decision was received and then not counted: its author is told why, always (promise P1). */
export const refused = news({
  tag: 'Not counted',
  then: () => [
    'Your decision was received, but it does not count. Nothing has happened because of it.',
    'If the request is still open, you can decide again with the link in its mail.',
  ],
});
