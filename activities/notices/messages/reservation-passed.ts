import { news } from './news.ts';

/** A release that goes back does not wait for a reservation; who holds it is told. */
export const reservationPassed = news({
  tag: 'Your reservation',
  then: () => [
    'What goes back waits for nobody. Your reservation stands; look whether what you do there is disturbed.',
  ],
});
