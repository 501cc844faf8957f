import { expect, test } from '@jest/globals';
import { localText, recurrenceText, scopeText, timesText } from './rule-words.ts';

test.each([
  ['FREQ=DAILY', 'every day'],
  ['RRULE:FREQ=DAILY;INTERVAL=3', 'every 3 days'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every week on Mon, Tue, Wed, Thu and Fri'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', 'every 2 weeks on Tue'],
  ['FREQ=MONTHLY;BYDAY=1MO', 'every month on the 1st Mon'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'every month on the last Fri'],
  ['FREQ=MONTHLY;BYDAY=-2FR,4WE', 'every month on the 2nd last Fri and the 4th Wed'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'every month on the last day'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1,-2', 'every month on the last day and the 2nd last day'],
  ['FREQ=MONTHLY;BYMONTHDAY=15,-1', 'every month on day 15 and on the last day'],
  ['FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24', 'every year on day 24 in Dec'],
  ['FREQ=WEEKLY;COUNT=4', 'every week 4 times'],
  ['FREQ=DAILY;UNTIL=20261231T235900', 'every day until 31 Dec 2026 23:59'],
  ['FREQ=DAILY;UNTIL=20261231', 'every day until 31 Dec 2026'],
  ['FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1', 'by the rule FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1'],
  ['nonsense', 'by the rule nonsense'],
])('%s is said as "%s"', (rrule, words) => {
  expect(recurrenceText(rrule)).toBe(words);
});

test.each([
  [{ from: '2026-11-26T00:00', to: '2026-12-01T00:00' }, 'from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (UTC)'],
  [{ from: '2026-11-26T00:00' }, 'from 26 Nov 2026 00:00 without end (UTC)'],
  [{ start: '2026-11-26T22:00', duration: '6h' }, 'on 26 Nov 2026 22:00 for 6 h (UTC)'],
  [
    { start: '2026-01-05T22:00', rrule: 'FREQ=WEEKLY;BYDAY=MO', endLocal: '04:00' },
    'every week on Mon at 22:00 until 04:00 (UTC)',
  ],
  [
    { start: '2026-01-05T22:00', rrule: 'FREQ=DAILY', duration: 'PT90M' },
    'every day at 22:00 for 1 h 30 min (UTC)',
  ],
  [{ start: '2026-01-05T22:00', rrule: 'FREQ=DAILY', duration: 'long' }, 'every day at 22:00 for long (UTC)'],
  [{}, 'at no time (UTC)'],
])('the times %j are said as "%s"', (times, words) => {
  expect(timesText({ zone: 'UTC', ...times })).toBe(words);
});

test.each([
  [[], [], [], 'everything'],
  [[], ['production'], [], 'production'],
  [['shop'], [], [], 'shop'],
  [['shop', 'cart'], ['production', 'staging'], [], 'shop and cart in production and staging'],
  [[], ['production'], ['pci'], 'production where labelled pci'],
  [['shop'], [], ['pci', 'eu'], 'shop where labelled pci or eu'],
])('services %j, environments %j, labels %j are said as "%s"', (services, environments, labels, words) => {
  expect(scopeText({ services, environments, labels })).toBe(words);
});

test('a text that is no local date-time is shown as it stands', () => {
  expect(localText('soon')).toBe('soon');
});
