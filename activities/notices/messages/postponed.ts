import { showInstant } from '../../../platform/instants.ts';
import type { Occasion } from '../occasion.ts';
import { news } from './news.ts';

/** Somebody has delayed the release: nothing starts before, and nobody need decide now. */
export const postponed = news({
  tag: 'Delayed',
  act: 'Look at the release',
  now: delayInWords,
  then: () => [
    'Nothing is asked of you now. When the delay is over its gates are asked again, and people only where facts have changed.',
  ],
});

/** The gates have not been looked at since: the headline still says what they waited for before. */
function delayInWords({ release, notice, zone, nameOf }: Occasion): string | undefined {
  const delay = release.postponements?.[Number(notice.facts?.['delay']) - 1];
  if (!delay || delay.lifted) return undefined;
  return `delayed by ${nameOf(delay.by)} until ${showInstant(delay.until, zone)}: ${delay.reason}`;
}
