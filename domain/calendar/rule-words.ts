import { listOf } from '../list-of.ts';
import { formatDuration, parseDuration } from '../policy/duration.ts';
import type { CalendarRule, CalendarScope, CalendarTimes } from './model.ts';

/** `freeze black-friday`: how sentences name a rule. */
export const ruleTitle = ({ kind, id }: Pick<CalendarRule, 'kind' | 'id'>): string => `${kind} ${id}`;

/** What a rule is about: `everything`, `production`, `shop in production`, `what is labelled pci`. */
export function scopeText({ services, environments, labels }: CalendarScope): string {
  const who = listOf(services, 'and');
  const where = listOf(environments, 'and');
  const place = who === '' || where === '' ? who || where : `${who} in ${where}`;
  if (labels.length === 0) return place === '' ? 'everything' : place;
  const marked = `labelled ${listOf(labels, 'or')}`;
  return place === '' ? `what is ${marked}` : `${place} where ${marked}`;
}

/** `from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin)`, `every week on Mon and Tue at 22:00 for 6 h (UTC)`. */
export function timesText(times: CalendarTimes): string {
  return `${plainTimes(times)} (${times.zone})`;
}

function plainTimes({ start, rrule, from, to, duration, endLocal }: CalendarTimes): string {
  if (from !== undefined)
    return `from ${localText(from)} ${to === undefined ? 'without end' : `to ${localText(to)}`}`;
  const length =
    endLocal === undefined
      ? duration === undefined
        ? ''
        : ` for ${durationText(duration)}`
      : ` until ${endLocal}`;
  if (start === undefined) return `at no time${length}`;
  if (rrule === undefined) return `on ${localText(start)}${length}`;
  return `${recurrenceText(rrule)} at ${start.slice(11, 16)}${length}`;
}

/** `6 h`; a text that is no duration is shown as it stands. */
function durationText(duration: string): string {
  const ms = parseDuration(duration);
  return ms === undefined ? duration : formatDuration(ms);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days: Record<string, string> = {
  MO: 'Mon',
  TU: 'Tue',
  WE: 'Wed',
  TH: 'Thu',
  FR: 'Fri',
  SA: 'Sat',
  SU: 'Sun',
};
const units: Record<string, [one: string, many: string]> = {
  DAILY: ['day', 'days'],
  WEEKLY: ['week', 'weeks'],
  MONTHLY: ['month', 'months'],
  YEARLY: ['year', 'years'],
};

/** `26 Nov 2026 00:00` of a local date-time; anything else as it stands. */
export function localText(local: string): string {
  const [, year, month, day, clock] = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?/.exec(local) ?? [];
  const name = months[Number(month) - 1];
  if (year === undefined || day === undefined || name === undefined) return local;
  return `${Number(day)} ${name} ${year}${clock === undefined ? '' : ` ${clock}`}`;
}

/** `every 2 weeks on Mon and Thu`; a rule with parts that have no plain words is shown as it stands. */
export function recurrenceText(rrule: string): string {
  const parts = new Map(
    rrule
      .replace(/^RRULE:/i, '')
      .split(';')
      .map((part) => part.split('=', 2) as [string, string | undefined]),
  );
  const unit = units[parts.get('FREQ') ?? ''];
  if (!unit || parts.has('BYSETPOS')) return `by the rule ${rrule}`;
  const interval = Number(parts.get('INTERVAL') ?? '1');
  return [
    interval === 1 ? `every ${unit[0]}` : `every ${interval} ${unit[1]}`,
    ...listed(parts.get('BYDAY'), 'on', dayText),
    ...monthDaysText(parts.get('BYMONTHDAY')),
    ...listed(parts.get('BYMONTH'), 'in', (month) => months[Number(month) - 1] ?? month),
    ...listed(parts.get('COUNT'), '', (count) => `${count} times`),
    ...listed(parts.get('UNTIL'), 'until', untilText),
  ].join(' ');
}

function listed(value: string | undefined, opening: string, show: (item: string) => string): string[] {
  if (value === undefined) return [];
  const items = value.split(',').map(show);
  // Seven days of a week are never cut short, as names of people are.
  const text = items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}` : items[0];
  return [`${opening} ${text ?? ''}`.trim()];
}

const ordinals: Record<number, string> = { 1: '1st', 2: '2nd', 3: '3rd' };
const ordinal = (number: number): string => ordinals[number] ?? `${number}th`;

function dayText(item: string): string {
  const [, which, day] = /^([+-]?\d+)?([A-Z]{2})$/.exec(item) ?? [];
  const name = days[day ?? ''] ?? item;
  return which === undefined ? name : `the ${placeText(Number(which))} ${name}`;
}

const placeText = (place: number): string =>
  place > 0 ? ordinal(place) : place === -1 ? 'last' : `${ordinal(-place)} last`;

/** `on day 1 and 15`, `on the last day`, `on day 15 and on the last day`. */
function monthDaysText(value: string | undefined): string[] {
  const days = value?.split(',') ?? [];
  const fromStart = days.filter((day) => Number(day) > 0).join(',');
  const fromEnd = days.filter((day) => Number(day) < 0).join(',');
  const words = [
    ...listed(fromStart || undefined, 'on day', (day) => String(Number(day))),
    ...listed(fromEnd || undefined, 'on', (day) => `the ${placeText(Number(day))} day`),
  ];
  return words.length === 0 ? [] : [words.join(' and ')];
}

const untilText = (until: string): string =>
  localText(
    until.replace(/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d*Z?)?$/, (_, y, m, d, hour, minute) =>
      hour === undefined ? `${y}-${m}-${d}` : `${y}-${m}-${d}T${hour}:${minute}`,
    ),
  );
