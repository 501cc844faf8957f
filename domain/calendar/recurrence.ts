import { RRuleTemporal } from 'rrule-temporal';

const day = 86_400_000;

/** Steps of one expansion: enough for 999 dates of which one in forty counts, and bounded. */
const mostSteps = 50_000;

/** The wall clock read as if it were UTC: rules are expanded on the calendar alone, clock changes come after that. */
const asCalendar = (local: string): string => local.replace(/[-:]/g, '').padEnd(15, '00');

/** Local UNTIL means the wall clock, inclusive; a date alone means its last second. */
const withCalendarUntil = (rrule: string): string =>
  rrule
    .replace(/^RRULE:/, '')
    .replace(
      /UNTIL=(\d{8})(T\d{6})?/,
      (_, date: string, time: string | undefined) => `UNTIL=${date}${time ?? 'T235959'}Z`,
    );

/**
 * Local starts of a recurrence with `from <= start < to`, each as `YYYY-MM-DDTHH:MM:SS`, in order. `from` and `to` are wall
 * clock times too. Throws where the rule cannot be expanded.
 */
export function localStarts(
  rule: { start: string; rrule: string; exdates?: readonly string[] },
  from: string,
  to: string,
): string[] {
  const dates = new RRuleTemporal({
    rruleString: `DTSTART:${asCalendar(rule.start)}Z\nRRULE:${withCalendarUntil(rule.rrule)}`,
    maxIterations: mostSteps,
  }).between(new Date(calendarMs(from) - 1), new Date(calendarMs(to)), true);
  const left = new Set((rule.exdates ?? []).map((date) => calendarMs(date)));
  return dates
    .map((date) => date.epochMilliseconds)
    .filter((ms) => ms >= calendarMs(from) && ms < calendarMs(to) && !left.has(ms))
    .map((ms) => new Date(ms).toISOString().slice(0, 19));
}

/** A wall clock time as a number that sorts and adds; not an instant. */
export const calendarMs = (local: string): number =>
  Date.parse(`${local.length === 16 ? `${local}:00` : local}Z`);

/** The wall clock time `days` later. */
export const laterLocal = (local: string, days: number): string =>
  new Date(calendarMs(local) + days * day).toISOString().slice(0, 19);
