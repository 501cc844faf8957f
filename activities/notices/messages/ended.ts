import { leftInWords } from '../../../domain/rollout/live-in-part.ts';
import { news } from './news.ts';

/** Cancelled, aborted, superseded or failed: the sentence of the notice says which, and why. */
export const ended = news({
  tag: 'Ended',
  then: ({ release, left = [] }) => {
    if (left.length > 0) return left.map((one) => leftInWords(one));
    return [
      release.residue === 'none' || release.residue === 'restored'
        ? 'Every environment runs what it ran before this stage.'
        : 'Something of it was left behind: see where below.',
    ];
  },
});
