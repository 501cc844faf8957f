import { expect, test } from '@jest/globals';
import { checkRule } from './check-rule.ts';
import type { CalendarTimes } from './model.ts';

const weekly = {
  zone: 'Europe/Berlin',
  start: '2026-01-05T09:00',
  rrule: 'FREQ=WEEKLY;BYDAY=MO',
  duration: '7h',
};

test.each<[string, CalendarTimes]>([
  ['a weekly rule', weekly],
  ['a single time', { zone: 'UTC', from: '2026-11-26T00:00', to: '2026-12-01T00:00' }],
  ['one without end', { zone: 'UTC', from: '2026-11-26T00:00' }],
  ['one start with a local end', { zone: 'UTC', start: '2026-11-26T22:00', endLocal: '04:00' }],
  ['the last Friday of a month', { ...weekly, rrule: 'FREQ=MONTHLY;BYDAY=-1FR' }],
  ['the 29th of February', { ...weekly, start: '2028-02-29T00:00', rrule: 'FREQ=YEARLY' }],
  ['a rule with a local UNTIL', { ...weekly, rrule: 'FREQ=DAILY;UNTIL=20260201' }],
  ['the leap day', { ...weekly, rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' }],
  ['the last working day', { ...weekly, rrule: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1' }],
])('%s is let in', (_, times) => {
  expect(checkRule(times)).toEqual([]);
});

test.each<[string, CalendarTimes, string[]]>([
  ['an unknown part', { ...weekly, rrule: 'FREQ=WEEKLY;FOO=3' }, ['rrule']],
  ['a month that is none', { ...weekly, rrule: 'FREQ=YEARLY;BYMONTH=13' }, ['rrule']],
  ['a numbered weekday of a week', { ...weekly, rrule: 'FREQ=WEEKLY;BYDAY=1MO' }, ['rrule']],
  ['a 53rd Friday', { ...weekly, rrule: 'FREQ=YEARLY;BYDAY=53FR' }, ['rrule']],
  ['a day that never comes', { ...weekly, rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, ['rrule']],
  ['a part that every object has', { ...weekly, rrule: 'FREQ=DAILY;constructor=1' }, ['rrule']],
  ['a part that is none of ours', { ...weekly, rrule: 'FREQ=DAILY;__proto__=1' }, ['rrule']],
  [
    'more behind a second sign',
    { ...weekly, rrule: 'FREQ=DAILY;INTERVAL=1=\nRDATE:20261127T000000Z' },
    ['rrule'],
  ],
  ['two lists in one', { ...weekly, rrule: 'FREQ=WEEKLY;BYDAY=MO=TU,WE' }, ['rrule']],
  ['a value twice', { ...weekly, rrule: 'FREQ=WEEKLY;BYDAY=MO,MO' }, ['rrule']],
  ['a position in a day', { ...weekly, rrule: 'FREQ=DAILY;BYSETPOS=1;BYDAY=MO,TU' }, ['rrule']],
  [
    'a position among all days of a year',
    { ...weekly, rrule: 'FREQ=YEARLY;BYSETPOS=366;BYDAY=MO,TU,WE,TH,FR,SA,SU' },
    ['rrule'],
  ],
  [
    'what is looked for day by day',
    { ...weekly, start: '1990-01-01T09:00', rrule: 'FREQ=DAILY;BYDAY=MO;BYMONTHDAY=1;COUNT=999' },
    ['rrule'],
  ],
  [
    'the last year that can be written',
    { ...weekly, start: '9999-12-31T09:00', rrule: 'FREQ=DAILY' },
    ['start'],
  ],
  ['no frequency', { ...weekly, rrule: 'BYDAY=MO' }, ['rrule']],
  ['two ends of a rule', { ...weekly, rrule: 'FREQ=DAILY;COUNT=3;UNTIL=20260201' }, ['rrule']],
  ['no length', { zone: 'UTC', start: '2026-01-05T09:00' }, ['duration']],
  ['two lengths', { ...weekly, endLocal: '16:00' }, ['duration']],
  ['no time', { zone: 'UTC' }, ['start']],
  ['an offset', { ...weekly, start: '2026-01-05T09:00+01:00' }, ['start']],
  ['a day that is none', { ...weekly, start: '2026-02-30T09:00' }, ['start']],
  ['an end before its start', { zone: 'UTC', from: '2026-12-01T00:00', to: '2026-11-26T00:00' }, ['to']],
  ['a length of nothing', { ...weekly, duration: '0s' }, ['duration']],
  ['a time of day that is none', { zone: 'UTC', start: '2026-01-05T09:00', endLocal: '24:00' }, ['endLocal']],
  [
    'several at once',
    { ...weekly, start: 'x', duration: 'y', rrule: 'FREQ=NEVER' },
    ['start', 'rrule', 'duration'],
  ],
])('%s is refused with its field and what to write', (_, times, fields) => {
  const mistakes = checkRule(times);
  expect(mistakes.map(({ field }) => field)).toEqual(fields);
  for (const { wrong, write } of mistakes) expect([wrong, write]).not.toContain('');
});
