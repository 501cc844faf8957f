import { Temporal as Tc39 } from 'temporal-polyfill';
import { endOf, type CalendarEntry } from './entries.ts';

/** One day of a month in a zone, with everything that touches it. */
export interface CalendarDay {
  /** `2026-03-29`. */
  date: string;
  /** `Sun 29 March 2026`. */
  title: string;
  entries: CalendarEntry[];
  /** What the clock does on this day, where it changes. */
  clock?: string;
}

const names = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `March 2026` of `2026-03`. */
export const monthTitle = (month: string): string =>
  `${names[Number(month.slice(5, 7)) - 1] ?? ''} ${month.slice(0, 4)}`;

/** The month before or after, as `2026-04`. */
export const monthBeside = (month: string, by: number): string =>
  Tc39.PlainYearMonth.from(month).add({ months: by }).toString();

/** The month of an instant in a zone. */
export const monthOf = (instant: string, zone: string): string =>
  Tc39.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString().slice(0, 7);

/** Instants at which a month begins and ends in a zone. */
export function monthSpan(month: string, zone: string): { from: string; to: string } {
  const begins = (of: string): string =>
    new Date(Tc39.PlainDate.from(`${of}-01`).toZonedDateTime(zone).epochMilliseconds).toISOString();
  return { from: begins(month), to: begins(monthBeside(month, 1)) };
}

/** The days of a month in a zone, with the entries that touch each. */
export function daysOf(month: string, zone: string, entries: readonly CalendarEntry[]): CalendarDay[] {
  const { daysInMonth } = Tc39.PlainYearMonth.from(month);
  return Array.from({ length: daysInMonth }, (_, index) => {
    const date = Tc39.PlainDate.from(`${month}-01`).add({ days: index });
    const start = date.toZonedDateTime(zone).epochMilliseconds;
    const end = date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
    const clock = clockChange(date, zone);
    return {
      date: date.toString(),
      title: `${weekdays[date.dayOfWeek - 1] ?? ''} ${date.day} ${names[date.month - 1] ?? ''} ${date.year}`,
      entries: entries.filter((entry) => touches(entry, start, end)),
      ...(clock === undefined ? {} : { clock }),
    };
  });
}

/** The days of a month as weeks of seven, Monday first; undefined stands for a day of the month before or after. */
export function weeksOf(days: readonly CalendarDay[]): (CalendarDay | undefined)[][] {
  const [first] = days;
  if (!first) return [];
  const before = Tc39.PlainDate.from(first.date).dayOfWeek - 1;
  const cells: (CalendarDay | undefined)[] = [...Array.from({ length: before }, () => undefined), ...days];
  const weeks: (CalendarDay | undefined)[][] = [];
  for (let at = 0; at < cells.length; at += 7)
    weeks.push(Array.from({ length: 7 }, (_, index) => cells[at + index]));
  return weeks;
}

const touches = (entry: CalendarEntry, from: number, to: number): boolean =>
  Date.parse(entry.start) < to && endOf(entry) > from;

/** `Clocks go forward: 02:00 to 03:00 does not exist.`, or back, in words; undefined on every other day. */
function clockChange(date: Tc39.PlainDate, zone: string): string | undefined {
  const start = date.toZonedDateTime(zone);
  const next = start.getTimeZoneTransition('next');
  const tomorrow = date.add({ days: 1 }).toZonedDateTime(zone);
  if (!next || next.epochMilliseconds >= tomorrow.epochMilliseconds) return undefined;
  const before = next.subtract({ nanoseconds: 1 });
  const shift = next.offsetNanoseconds - before.offsetNanoseconds;
  if (shift === 0) return undefined;
  const clock = (at: { toPlainTime(): Tc39.PlainTime }): string => at.toPlainTime().toString().slice(0, 5);
  const old = before.add({ nanoseconds: 1 }).toPlainDateTime().subtract({ nanoseconds: shift });
  const now = next.toPlainDateTime();
  return shift > 0
    ? `Clocks go forward: ${clock(old)} to ${clock(now)} does not exist.`
    : `Clocks go back: ${clock(now)} to ${clock(old)} comes twice.`;
}
