import { addDays, atClock, instantOf, localOf, resolveLocal } from './resolve-local.ts';

const minuteMs = 60_000;
/** Nobody is written to between these clock times, nor on Saturdays and Sundays. */
const [quietFrom, quietTo] = ['19:00', '08:00'];
/** A notice that waits for the morning must leave this much time to act on it. */
const enoughMs = 60 * minuteMs;
/** Longer than any weekend. */
const mostDays = 4;

/**
 * When a notice goes out that is due at `at` (semantics §9, "Quiet hours"; K2, K3): outside of the reader's quiet hours at once; else at
 * their end if that leaves an hour to the deadline, else one minute before they begin. That may be before there was anything to say:
 * whoever asks leaves out what has come too early.
 */
export function outsideQuietHours(o: { at: string; deadline: string; zone: string }): string {
  const at = Date.parse(o.at);
  const quiet = quietHoursAt(at, o.zone);
  if (!quiet) return instantOf(at);
  if (Date.parse(o.deadline) - quiet.end >= enoughMs) return instantOf(quiet.end);
  return instantOf(quiet.start - minuteMs);
}

/** The quiet hours around an instant, over a whole weekend where it lies in one; epoch milliseconds, `[start, end)`. */
export function quietHoursAt(ms: number, zone: string): { start: number; end: number } | undefined {
  const today = localOf(ms, zone);
  const start = nearest(today, { clock: quietFrom, zone, towards: -1 }, (evening) => evening <= ms);
  const end = nearest(today, { clock: quietTo, zone, towards: 1 }, (morning) => morning > ms);
  const opened = nearest(today, { clock: quietTo, zone, towards: -1 }, (morning) => morning <= ms);
  if (start === undefined || end === undefined)
    throw new RangeError(`no day of work around ${ms} in ${zone}`);
  return opened !== undefined && opened > start ? undefined : { start, end };
}

/** The first that fits of the instants at a clock time, one for each day of work from a local day on, or back; zones cost time, so no more are looked at. */
function nearest(
  today: string,
  { clock, zone, towards }: { clock: string; zone: string; towards: 1 | -1 },
  fits: (ms: number) => boolean,
): number | undefined {
  for (let days = 0; days <= mostDays; days += 1) {
    const [day] = workDays(today, [days * towards]);
    const ms = day === undefined ? undefined : at(day, clock, zone);
    if (ms !== undefined && fits(ms)) return ms;
  }
  return undefined;
}

const at = (day: string, clock: string, zone: string): number => resolveLocal(atClock(day, clock), zone).ms;

/** Those of the days around a local time that are no Saturday and no Sunday. */
export const workDays = (local: string, offsets: readonly number[]): string[] =>
  offsets.map((days) => addDays(local, days)).filter((day) => isWorkDay(day));

function isWorkDay(local: string): boolean {
  const weekday = new Date(`${local.slice(0, 10)}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}
