import { RRuleTemporal } from 'rrule-temporal';

/** What is wrong with a recurrence, and what to write instead. */
export interface RecurrenceMistake {
  wrong: string;
  write: string;
}

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const weekday = '(?:MO|TU|WE|TH|FR|SA|SU)';
const day = 86_400_000;

interface Part {
  pattern: RegExp;
  write: string;
}

const numbers = (least: number, most: number, isSigned = false) => ({
  test: (text: string) =>
    text.split(',').every((one) => {
      if (!/^-?\d{1,3}$/.test(one)) return false;
      const size = Math.abs(Number(one));
      return size >= least && size <= most && (isSigned || !one.startsWith('-'));
    }),
});

/** Parts of a rule that are understood, with what each may be. */
const parts = new Map<string, { test: (text: string) => boolean; write: string }>(
  Object.entries({
    FREQ: { test: (text) => frequencies.includes(text), write: 'FREQ=DAILY, WEEKLY, MONTHLY or YEARLY' },
    INTERVAL: { ...numbers(1, 999), write: 'INTERVAL=1 or more' },
    COUNT: { ...numbers(1, 999), write: 'COUNT=1 to 999' },
    BYMONTHDAY: { ...numbers(1, 31, true), write: 'BYMONTHDAY=1 to 31, or -1 for the last day' },
    BYMONTH: { ...numbers(1, 12), write: 'BYMONTH=1 to 12' },
    BYSETPOS: { ...numbers(1, 366, true), write: 'BYSETPOS=1 to 366, or -1 for the last' },
    WKST: part({ pattern: new RegExp(`^${weekday}$`), write: 'WKST=MO' }),
    BYDAY: part({
      pattern: new RegExp(`^(?:[+-]?\\d{1,2})?${weekday}(?:,(?:[+-]?\\d{1,2})?${weekday})*$`),
      write: 'BYDAY=MO,TU,WE,TH,FR,SA,SU',
    }),
    UNTIL: part({ pattern: /^\d{8}(?:T\d{6})?$/, write: 'UNTIL=20261231T235959, local time without offset' }),
  }),
);

function part({ pattern, write }: Part): { test: (text: string) => boolean; write: string } {
  return { test: (text) => pattern.test(text), write };
}

/** Everything wrong with a recurrence, at once. Only what is understood exactly is let in (semantics §1.1). */
export function recurrenceMistakes(rrule: string): RecurrenceMistake[] {
  const known = new Map<string, string>();
  const mistakes: RecurrenceMistake[] = [];
  for (const piece of rrule.replace(/^RRULE:/, '').split(';')) {
    // Cut at the first sign only: what stands behind a second one would be handed on unread.
    const [, name = '', value = ''] = /^([^=]*)=?([\s\S]*)$/.exec(piece) ?? [];
    const rule = parts.get(name);
    if (!rule) {
      mistakes.push({
        wrong: `does not know ${name || 'an empty part'}`,
        write: `one of ${[...parts.keys()].join(', ')}`,
      });
      continue;
    }
    if (known.has(name)) mistakes.push({ wrong: `has ${name} twice`, write: `${name} once` });
    if (!rule.test(value)) mistakes.push({ wrong: `has ${name}=${value}`, write: rule.write });
    known.set(name, value);
  }
  return mistakes.length > 0 ? mistakes : combinationMistakes(known);
}

function combinationMistakes(known: ReadonlyMap<string, string>): RecurrenceMistake[] {
  const frequency = known.get('FREQ');
  if (frequency === undefined) return [{ wrong: 'has no FREQ', write: 'FREQ=WEEKLY;BYDAY=MO, for example' }];
  const mistakes: RecurrenceMistake[] = [];
  if (known.has('COUNT') && known.has('UNTIL'))
    mistakes.push({ wrong: 'has COUNT and UNTIL', write: 'one of the two' });
  const ordinals = (known.get('BYDAY') ?? '').match(/\d+/g)?.map(Number) ?? [];
  if (ordinals.length > 0 && (frequency === 'DAILY' || frequency === 'WEEKLY'))
    mistakes.push({
      wrong: `numbers a weekday in FREQ=${frequency}`,
      write: 'BYDAY=MO, or FREQ=MONTHLY;BYDAY=1MO',
    });
  const most = frequency === 'MONTHLY' ? 5 : 52;
  if (ordinals.some((one) => one === 0 || one > most))
    mistakes.push({
      wrong: `numbers a weekday outside 1 to ${most}`,
      write: 'BYDAY=1MO, or -1FR for the last',
    });
  for (const name of ['BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS']) {
    const values = known.get(name)?.split(',') ?? [];
    if (new Set(values).size < values.length)
      mistakes.push({ wrong: `names a value of ${name} twice`, write: 'each value once' });
  }
  // What is expanded and thrown away again costs everybody who looks at the calendar: these combinations say nothing that a
  // cheaper rule does not say as well.
  if (known.has('BYSETPOS') && frequency !== 'MONTHLY' && !(frequency === 'YEARLY' && known.has('BYMONTH')))
    mistakes.push({
      wrong: `has BYSETPOS in FREQ=${frequency}`,
      write: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1, or FREQ=YEARLY with BYMONTH beside it',
    });
  if (known.has('BYDAY') && known.has('BYMONTHDAY') && (frequency === 'DAILY' || frequency === 'WEEKLY'))
    mistakes.push({
      wrong: `has BYDAY and BYMONTHDAY in FREQ=${frequency}`,
      write: 'FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1',
    });
  if (known.has('BYSETPOS') && !known.has('BYDAY') && !known.has('BYMONTHDAY') && !known.has('BYMONTH'))
    mistakes.push({ wrong: 'has BYSETPOS alone', write: 'BYDAY or BYMONTHDAY beside it' });
  return mistakes;
}

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
