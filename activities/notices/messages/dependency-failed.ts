import { news } from './news.ts';

/** What a release waits for has failed, or runs there no more. */
export const dependencyFailed = news({
  tag: 'Dependency failed',
  act: 'Look at the release',
  then: () => [
    'It waits until that is released again, or until somebody drops the dependency with a reason. After three days it expires.',
  ],
});
