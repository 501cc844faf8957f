import { wallClock } from '../domain/calendar/wall-clock.ts';

/** `Thu 26 Nov 2026, 17:00 CET (16:00 UTC)`: an instant in the reader's zone, and in UTC where that differs. */
export function showInstant(at: string, zone: string): string {
  const local = wallClock(Date.parse(at), zone);
  const shown = `${local.weekday} ${local.day} ${local.month} ${local.year}, ${local.hour}:${local.minute} ${local.timeZoneName}`;
  if (zone === 'UTC') return shown;
  const utc = wallClock(Date.parse(at), 'UTC');
  const otherDay = utc.day === local.day ? '' : `${utc.weekday} `;
  return `${shown} (${otherDay}${utc.hour}:${utc.minute} UTC)`;
}

/** `Thu 17:00 CET`: for subjects and headlines, where the week is understood. */
export function showShort(at: string, zone: string): string {
  const local = wallClock(Date.parse(at), zone);
  return `${local.weekday} ${local.hour}:${local.minute} ${local.timeZoneName}`;
}

/** `Thu 26 Nov 17:00 CET`: within sentences, where the year is understood. */
export function showDayAndClock(at: string, zone: string): string {
  const local = wallClock(Date.parse(at), zone);
  return `${local.weekday} ${local.day} ${local.month} ${local.hour}:${local.minute} ${local.timeZoneName}`;
}

/** `17:00 CET`: for things of the same day. */
export function showClock(at: string, zone: string): string {
  const local = wallClock(Date.parse(at), zone);
  return `${local.hour}:${local.minute} ${local.timeZoneName}`;
}

/** `17:00:05`: for rows of one series, under a heading that tells day and zone. */
export function showSecond(at: string, zone: string): string {
  const { hour, minute } = wallClock(Date.parse(at), zone);
  return `${hour}:${minute}:${at.slice(17, 19)}`;
}
