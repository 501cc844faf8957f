import { instantText } from '../domain/instant-text.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { showClock, showDayAndClock } from './instants.ts';

const day = 86_400_000;
const written =
  /“[^“”]*”|(?<=\d\d:\d\d [A-Z][A-Za-z0-9+:-]{1,8} )\((?:[A-Z][a-z]{2} )?\d\d:\d\d UTC\)|\b(?<day>(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) \d{1,2} [A-Z][a-z]{2} )?(?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d) UTC\b(?![+-])/g;

/**
 * A sentence of the record with its times in `zone`: `Mon 30 Nov 17:20 UTC` becomes `Mon 30 Nov 18:20 CET`, and with `withUtc`, as pages
 * want it, `Mon 30 Nov 18:20 CET (17:20 UTC)`. A time without its day is put into the zone only while the zone's clock has not been
 * changed lately; what cannot be told for certain stays in UTC (docs/guides/times.md), and so
 * do the words of people, in “ ”, and UTC in brackets behind a time in the zone of a rule.
 */
export const localSentence = (
  sentence: string,
  { zone, now, withUtc = false }: { zone: string; now: Date; withUtc?: boolean },
): string =>
  sentence.replace(written, (text, dayWritten?: string, hours?: string, minutes?: string) => {
    if (hours === undefined) return text;
    const hasDay = dayWritten !== undefined;
    const at = hasDay
      ? instantMeant(text, now.getTime())
      : new Date(now).setUTCHours(Number(hours), Number(minutes), 0, 0);
    if (at === undefined || (!hasDay && !stoodStill(at, zone))) return text;
    const local = (hasDay ? showDayAndClock : showClock)(isoOf(at), zone);
    if (!withUtc || local.endsWith(' UTC')) return local;
    const isOtherDay = hasDay && !local.startsWith(dayWritten);
    return `${local} (${isOtherDay ? dayWritten.slice(0, 4) : ''}${hours}:${minutes} UTC)`;
  });

/** The instant nearest to `now` that is written like this: the weekday says which year is meant. */
function instantMeant(text: string, now: number): number | undefined {
  const [, date = '', month = '', time = ''] = text.split(' ');
  const thisYear = new Date(now).getUTCFullYear();
  return [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5]
    .map((years) => Date.parse(`${date} ${month} ${thisYear + years} ${time} UTC`))
    .filter((at) => !Number.isNaN(at) && instantText(isoOf(at)) === text)
    .sort((a, b) => Math.abs(a - now) - Math.abs(b - now))[0];
}

/** Whether this time of day is the same on the clock of the zone on every day that it may be about. */
const stoodStill = (at: number, zone: string): boolean =>
  [-31, -14, 7].every((days) => showClock(isoOf(at + days * day), zone) === showClock(isoOf(at), zone));

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** A sentence of the record as pages and mails show it, with UTC beside each time. `writtenAt`: RFC 3339, of the sentence. */
export const shownSentence = (sentence: string, writtenAt: string, zone: string): string =>
  localSentence(sentence, { zone, now: new Date(writtenAt), withUtc: true });

/**
 * The same of a sentence that was written some time between these two instants, such as that of a gate: where the zone's clock leaves open
 * which hour it means, it stays as it was written.
 */
export function shownBetween(
  sentence: string,
  { from, to }: { from: string; to: string },
  zone: string,
): string {
  const [early, late] = [shownSentence(sentence, from, zone), shownSentence(sentence, to, zone)];
  return early === late ? late : sentence;
}

/** A release whose headline, and why it ended, are shown like this. */
export const inZone = (release: ReleaseView, zone: string): ReleaseView => ({
  ...release,
  headline: shownSentence(release.headline, release.updatedAt, zone),
  ...(release.ended
    ? { ended: { ...release.ended, because: shownSentence(release.ended.because, release.ended.at, zone) } }
    : {}),
});
