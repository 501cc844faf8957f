import { news } from './news.ts';

/** Cancelled, aborted, superseded or failed: the headline says which. */
export const ended = news({
  tag: 'Ended',
  then: ({ release }) => [
    ...(release.ended ? [release.ended.because] : []),
    release.residue === 'none' || release.residue === 'restored'
      ? 'Every environment runs what it ran before this stage.'
      : 'Something of it was left behind: see where below.',
  ],
});
