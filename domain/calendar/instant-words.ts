import { wallClock } from './wall-clock.ts';

/** `Mon 26 Oct 22:00 CET (21:00 UTC)`; the year only where it is another than that of `now`. In UTC: `Mon 26 Oct 21:00 UTC`. */
export function instantWords(instant: string, zone: string, now: string): string {
  const ms = Date.parse(instant);
  const at = wallClock(ms, zone);
  const year = at.year === wallClock(Date.parse(now), zone).year ? '' : ` ${at.year}`;
  const words = `${at.weekday} ${at.day} ${at.month}${year} ${at.hour}:${at.minute}`;
  if (zone === 'UTC') return `${words} UTC`;
  return `${words} ${at.timeZoneName} (${new Date(ms).toISOString().slice(11, 16)} UTC)`;
}
