import { news } from './news.ts';

export const expired = news({
  tag: 'Expired',
  then: () => [
    'Nobody’s silence was taken for consent: nothing of this stage was shipped. Start a new release to ask again.',
  ],
});
