import { parseDuration } from '../policy/duration.ts';
import type { CalendarTimes } from './model.ts';
import { recurrenceMistakes } from './recurrence-mistakes.ts';
import { calendarMs, localStarts } from './recurrence.ts';
import { localPattern, resolveLocal } from './resolve-local.ts';

/** One thing wrong with a rule: the field, what is wrong with it, and what to write. */
export interface RuleMistake {
  field: keyof CalendarTimes;
  wrong: string;
  write: string;
}

const day = 86_400_000;
/** The longest an occurrence may last (semantics §1.4: how far is looked ahead). */
const horizonDays = 400;
/** A rule that does not come round in this many days is taken for a mistake: 29 February comes every four years. */
const roundDays = 1_500;

/** Everything wrong with when a rule holds, at once; nothing where it can be evaluated. The zone's own form is checked by its schema. */
export function checkRule(times: CalendarTimes): RuleMistake[] {
  const mistakes = [
    ...localMistakes(times),
    ...shapeMistakes(times),
    ...ruleMistakes(times),
    ...lengthMistakes(times),
  ];
  return mistakes.length > 0 ? mistakes : emptinessMistakes(times);
}

/** Local times, as text that `resolveLocal` can read on a day that exists. */
function localMistakes(times: CalendarTimes): RuleMistake[] {
  const fields = ['start', 'from', 'to'] as const;
  const given = fields.flatMap((field) =>
    times[field] === undefined ? [] : [[field, times[field]] as const],
  );
  const dates = (times.exdates ?? []).map((date) => ['exdates', date] as const);
  return [...given, ...dates]
    .filter(([, text]) => !isLocal(text))
    .map(([field, text]) => ({
      field,
      wrong: `"${text}" is not a local date and time`,
      write: '2026-11-26T09:00, without offset: the zone stands beside it, and the year is 1970 to 2199',
    }));
}

/** Years that can be evaluated everywhere: a later one would pass the end of what clocks can show. */
const [firstYear, lastYear] = [1970, 2199];

const isLocal = (text: string): boolean => {
  if (!localPattern.test(text)) return false;
  const year = Number(text.slice(0, 4));
  if (year < firstYear || year > lastYear) return false;
  try {
    resolveLocal(text, 'UTC');
    return true;
  } catch {
    return false;
  }
};

/** Which fields may stand beside each other. */
function shapeMistakes(times: CalendarTimes): RuleMistake[] {
  const { from, start } = times;
  if (from === undefined && start === undefined)
    return [
      {
        field: 'start',
        wrong: 'is missing',
        write: 'start: 2026-01-05T09:00 with rrule and duration, or from and to for a single time',
      },
    ];
  return [...(from === undefined ? repeatedMistakes(times) : singleMistakes(times)), ...strayMistakes(times)];
}

/** A single time is all said by from and to. */
const singleMistakes = ({ start, rrule, duration, endLocal }: CalendarTimes): RuleMistake[] =>
  [start, rrule, duration, endLocal].every((one) => one === undefined)
    ? []
    : [
        {
          field: 'from',
          wrong: 'stands beside start, rrule, duration or endLocal',
          write: 'from and to alone, or start with one length',
        },
      ];

/** A time that starts needs one length. */
function repeatedMistakes({ to, duration, endLocal }: CalendarTimes): RuleMistake[] {
  const mistakes: RuleMistake[] = [];
  if (to !== undefined)
    mistakes.push({ field: 'to', wrong: 'has no from', write: 'from and to, or start with a duration' });
  if ((duration === undefined) === (endLocal === undefined))
    mistakes.push({
      field: 'duration',
      wrong: duration === undefined ? 'is missing' : 'stands beside endLocal',
      write: 'exactly one of duration: 7h and endLocal: "16:00"',
    });
  return mistakes;
}

/** Fields without the one that gives them a meaning. */
function strayMistakes({ start, rrule, exdates = [] }: CalendarTimes): RuleMistake[] {
  const mistakes: RuleMistake[] = [];
  if (start === undefined && rrule !== undefined)
    mistakes.push({ field: 'rrule', wrong: 'has no start', write: 'start: 2026-01-05T09:00 beside it' });
  if (rrule === undefined && exdates.length > 0)
    mistakes.push({ field: 'exdates', wrong: 'has no rrule', write: 'exdates only beside an rrule' });
  return mistakes;
}

const ruleMistakes = ({ rrule }: CalendarTimes): RuleMistake[] =>
  rrule === undefined ? [] : recurrenceMistakes(rrule).map((one) => ({ field: 'rrule' as const, ...one }));

const lengthMistakes = (times: CalendarTimes): RuleMistake[] => [
  ...durationMistakes(times),
  ...endMistakes(times),
];

function durationMistakes({ duration }: CalendarTimes): RuleMistake[] {
  if (duration === undefined) return [];
  const ms = parseDuration(duration);
  const field = 'duration';
  const write = '7h, 30m, 1d or PT7H';
  if (ms === undefined) return [{ field, wrong: `"${duration}" is not a duration`, write }];
  if (ms === 0) return [{ field, wrong: 'is no time at all', write }];
  return ms > horizonDays * day
    ? [{ field, wrong: `is over ${horizonDays} days`, write: 'from and to' }]
    : [];
}

function endMistakes({ endLocal, from, to }: CalendarTimes): RuleMistake[] {
  const mistakes: RuleMistake[] = [];
  if (endLocal !== undefined && !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(endLocal))
    mistakes.push({ field: 'endLocal', wrong: `"${endLocal}" is not a time of day`, write: '"16:00"' });
  const isSpan = from !== undefined && to !== undefined && isLocal(from) && isLocal(to);
  if (isSpan && calendarMs(to) <= calendarMs(from))
    mistakes.push({ field: 'to', wrong: 'is not after from', write: `a time after ${from}` });
  return mistakes;
}

/** A rule that never comes round is a typing mistake, and a freeze with one would silently not be there. */
function emptinessMistakes({ start, rrule, exdates }: CalendarTimes): RuleMistake[] {
  if (start === undefined || rrule === undefined) return [];
  const wrong = (why: string): RuleMistake[] => [
    { field: 'rrule', wrong: why, write: 'a rule that comes round, such as FREQ=WEEKLY;BYDAY=MO' },
  ];
  try {
    const until = new Date(calendarMs(start) + roundDays * day).toISOString().slice(0, 19);
    const found = localStarts({ start, rrule, ...(exdates ? { exdates } : {}) }, start, until);
    return found.length > 0 ? [] : wrong('has no date within four years of its start');
  } catch {
    return wrong('cannot be expanded');
  }
}
