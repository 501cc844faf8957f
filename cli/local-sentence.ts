import { instantText } from '../domain/instant-text.ts';
import { localOf } from '../domain/calendar/resolve-local.ts';
import { zoneName } from './shown-time.ts';

const day = 86_400_000;
const written =
  /\b(?<day>(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) \d{1,2} [A-Z][a-z]{2} )?(?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d) UTC\b/g;

/**
 * A sentence of the record with its times in `zone`: `Mon 30 Nov 17:20 UTC` becomes `Mon 30 Nov 18:20 CET`. A time without its day is
 * put into the zone only while the zone's clock has not been changed lately; what cannot be told for certain stays in UTC
 * (docs/guides/times.md).
 */
export const localSentence = (sentence: string, { zone, now }: { zone: string; now: Date }): string =>
  sentence.replace(written, (text, day: string | undefined, hours: string, minutes: string) => {
    if (day !== undefined) {
      const at = instantMeant(text, now.getTime());
      return at === undefined ? text : inZone(at, zone);
    }
    const at = new Date(now).setUTCHours(Number(hours), Number(minutes), 0, 0);
    return clockStoodStill(now.getTime(), zone) ? clockIn(at, zone) : text;
  });

/** The instant nearest to `now` that is written like this: the weekday says which year is meant. */
function instantMeant(text: string, now: number): number | undefined {
  const [, date = '', month = '', time = ''] = text.split(' ');
  const thisYear = new Date(now).getUTCFullYear();
  return [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5]
    .map((years) => Date.parse(`${date} ${month} ${thisYear + years} ${time} UTC`))
    .filter((at) => !Number.isNaN(at) && instantText(new Date(at).toISOString()) === text)
    .sort((a, b) => Math.abs(a - now) - Math.abs(b - now))[0];
}

const offsetAt = (at: number, zone: string): number => Date.parse(`${localOf(at, zone)}Z`) - seconds(at);
const seconds = (at: number): number => Math.floor(at / 1000) * 1000;

/** Whether the clock of the zone shows the same distance to UTC for everything that a time of day may be about. */
const clockStoodStill = (now: number, zone: string): boolean =>
  [-31, -14, 7].every((days) => offsetAt(now + days * day, zone) === offsetAt(now, zone));

const clockIn = (at: number, zone: string): string =>
  `${localOf(at, zone).slice(11, 16)} ${zoneName(new Date(at), zone)}`;

/** `Mon 30 Nov 18:20 CET` */
const inZone = (at: number, zone: string): string =>
  `${instantText(`${localOf(at, zone)}Z`).replace(' UTC', '')} ${zoneName(new Date(at), zone)}`;
