import type { PostponementView } from '../../../domain/release/release.ts';
import { showInstant } from '../../../platform/instants.ts';
import type { Occasion } from '../occasion.ts';
import { news } from './news.ts';

/** Somebody has delayed the release: nothing starts before, and nobody need decide now. */
export const postponed = news({
  tag: 'Postponed',
  act: 'Look at the release',
  now: nowDelayed,
  then: () => [
    'Nothing is asked of you now. When that time is over its gates are asked again, and people only where facts have changed.',
  ],
});

/** The gates have not been looked at since: the headline still says what they waited for before. */
function nowDelayed(occasion: Occasion): string | undefined {
  const { release, notice } = occasion;
  const delay = release.postponements?.[Number(notice.facts?.['delay']) - 1];
  return !delay || delay.lifted ? undefined : delayInWords(delay, occasion);
}

/** `postponed by Ana Lopez until Thu 26 Nov …: support is away`. */
export const delayInWords = (
  { by, until, reason }: PostponementView,
  { zone, nameOf }: Pick<Occasion, 'zone' | 'nameOf'>,
): string => `postponed by ${nameOf(by)} until ${showInstant(until, zone)}: ${reason}`;
