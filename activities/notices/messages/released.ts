import { news } from './news.ts';

export const released = news({
  tag: 'Released',
  then: ({ release }) =>
    release.changes.count > 0
      ? [`It carries ${release.changes.count} ${release.changes.count === 1 ? 'change' : 'changes'}.`]
      : [],
});
