import { expect, test } from '@jest/globals';
import { mostStartsAYear, startsAYear, tooCostly } from './cost.ts';
import { recurrenceMistakes } from './recurrence-mistakes.ts';
import { localStarts } from './recurrence.ts';

const rules = [
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR',
  'FREQ=MONTHLY',
  'FREQ=MONTHLY;BYDAY=MO,TU',
  'FREQ=MONTHLY;BYMONTHDAY=1,15,-1',
  'FREQ=YEARLY',
  'FREQ=YEARLY;BYMONTH=1,6',
  'FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU',
  'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25,26',
  'RRULE:FREQ=DAILY;UNTIL=20301231',
];

test.each(rules)('%s never has more starts in a year than are counted', (rrule) => {
  expect(recurrenceMistakes(rrule)).toEqual([]);
  const found = localStarts(
    { start: '2026-01-05T09:00', rrule },
    '2027-01-01T00:00:00',
    '2028-01-01T00:00:00',
  );
  expect(found.length).toBeGreaterThan(0);
  expect(startsAYear(rrule)).toBeGreaterThanOrEqual(found.length);
  expect(startsAYear(rrule)).toBeLessThanOrEqual(Math.max(10, 3 * found.length));
});

test('what is no recurrence costs nothing here: it is refused where it is read', () => {
  expect(startsAYear('FREQ=SECONDLY')).toBe(0);
  expect(startsAYear('')).toBe(0);
});

test('50 windows on five days a week are few enough, 100 daily ones are too many', () => {
  expect(tooCostly(Array<string>(50).fill('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'))).toBeUndefined();
  expect(tooCostly(Array<string>(100).fill('FREQ=DAILY'))).toContain(`${mostStartsAYear} starts at most`);
  expect(tooCostly(Array<string>(2_000).fill('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'))).toBeDefined();
});
