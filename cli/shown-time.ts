import { formatDuration } from '../domain/policy/duration.ts';
import { wallClock } from '../domain/calendar/wall-clock.ts';
import { localOf } from '../domain/calendar/resolve-local.ts';

/** The zone in which this machine reads its clock: for commands that ask no server whose reader they show times to. */
export const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `2026-11-26 09:12 CET (3 h 4 min ago)`: an instant for a person, in `zone`. */
export function timeForPeople(instant: string, o: { now: Date; zone: string }): string {
  const at = new Date(instant);
  const distance = o.now.getTime() - at.getTime();
  const relative = distance < 0 ? `in ${formatDuration(-distance)}` : `${formatDuration(distance)} ago`;
  const local = localOf(at.getTime(), o.zone).slice(0, 16).replace('T', ' ');
  return `${local} ${wallClock(at.getTime(), o.zone).timeZoneName} (${relative})`;
}

/** Nearer than this a weekday says which day is meant. */
const weekdayIsEnoughMs = 6 * 86_400_000;
/** Nearer than this day and month say which year is meant. */
const yearIsPlainMs = 300 * 86_400_000;

/** `Fri 18:25 CET`, `20 Nov 18:25 CET`, `20 Nov 2025 18:25 CET`: an instant for a person in a table, in `zone`, by how far it is from now. */
export function shortTimeForPeople(instant: string, o: { now: Date; zone: string }): string {
  const at = Date.parse(instant);
  const distance = Math.abs(o.now.getTime() - at);
  const local = wallClock(at, o.zone);
  const day =
    distance < weekdayIsEnoughMs
      ? local.weekday
      : `${local.day} ${local.month}${distance < yearIsPlainMs ? '' : ` ${local.year}`}`;
  return `${day} ${local.hour}:${local.minute} ${local.timeZoneName}`;
}

/** `2026-12-01T17:00:00+01:00`: an instant for a program that asked for a zone. Still RFC 3339, so nothing is lost. */
export function timeWithOffset(instant: string, zone: string): string {
  const ms = Math.floor(Date.parse(instant) / 1000) * 1000;
  const local = localOf(ms, zone);
  const offset = Math.round((Date.parse(`${local}Z`) - ms) / 60_000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const ahead = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}
