import { expect, test } from '@jest/globals';
import { collisionsOf, overriddenBy, type CalendarEntry } from './entries.ts';
import { daysOf, monthBeside, monthOf, monthSpan, monthTitle, weeksOf } from './month.ts';

const entry = (over: Partial<CalendarEntry>): CalendarEntry => ({
  uid: 'x',
  kind: 'release',
  start: '2026-11-26T09:00:00Z',
  end: '2026-11-26T10:00:00Z',
  title: 'shop 1.4.0',
  state: 'planned',
  environment: 'production',
  services: ['shop'],
  marks: [],
  revision: 1,
  ...over,
});

test.each([
  ['Europe/Berlin', '2026-03', '2026-03-29', 'Clocks go forward: 02:00 to 03:00 does not exist.'],
  ['Europe/Berlin', '2026-10', '2026-10-25', 'Clocks go back: 02:00 to 03:00 comes twice.'],
  ['Australia/Lord_Howe', '2026-04', '2026-04-05', 'Clocks go back: 01:30 to 02:00 comes twice.'],
  ['Australia/Lord_Howe', '2026-10', '2026-10-04', 'Clocks go forward: 02:00 to 02:30 does not exist.'],
])('%s in %s: the clock changes on %s', (zone, month, date, clock) => {
  const changed = daysOf(month, zone, []).filter((day) => day.clock !== undefined);
  expect(changed.map((day) => [day.date, day.clock])).toEqual([[date, clock]]);
});

test('no clock changes in UTC or Kolkata, and a month has all of its days', () => {
  expect(daysOf('2026-03', 'UTC', []).filter((day) => day.clock)).toEqual([]);
  expect(daysOf('2026-10', 'Asia/Kolkata', []).filter((day) => day.clock)).toEqual([]);
  expect(daysOf('2026-03', 'UTC', [])).toHaveLength(31);
  expect(daysOf('2028-02', 'UTC', []).at(-1)?.title).toBe('Tue 29 February 2028');
});

test('an entry stands on every local day that it touches', () => {
  const freeze = entry({ kind: 'freeze', start: '2026-11-25T23:00:00Z', end: '2026-11-27T23:00:00Z' });
  const days = (zone: string) =>
    daysOf('2026-11', zone, [freeze])
      .filter((day) => day.entries.length > 0)
      .map((day) => day.date);
  expect(days('Europe/Berlin')).toEqual(['2026-11-26', '2026-11-27']);
  expect(days('UTC')).toEqual(['2026-11-25', '2026-11-26', '2026-11-27']);
});

test.each<[CalendarEntry['kind'], string[]]>([
  ['train', ['2026-11-26']],
  ['milestone', ['2026-11-26']],
  ['release', ['2026-11-26']],
  ['freeze', ['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30']],
  ['reservation', ['2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30']],
])('a %s without end stands on %j', (kind, dates) => {
  const endless = entry({ kind, end: undefined as never });
  const days = daysOf('2026-11', 'Europe/Berlin', [endless]).filter((day) => day.entries.length > 0);
  expect(days.map((day) => day.date)).toEqual(dates);
});

test('months follow each other over the year, and begin by the clock of the zone', () => {
  expect([monthBeside('2026-12', 1), monthBeside('2026-01', -1), monthTitle('2026-03')]).toEqual([
    '2027-01',
    '2025-12',
    'March 2026',
  ]);
  expect(monthOf('2026-10-31T23:30:00Z', 'Europe/Berlin')).toBe('2026-11');
  expect(monthSpan('2026-11', 'Europe/Berlin')).toEqual({
    from: '2026-10-31T23:00:00.000Z',
    to: '2026-11-30T23:00:00.000Z',
  });
});

test.each<[string, Partial<CalendarEntry>, string[], Partial<CalendarEntry>?]>([
  ['a freeze there', { kind: 'freeze', title: 'freeze sale', services: [] }, ['freeze sale']],
  [
    'a freeze of everything, without end',
    { kind: 'freeze', title: 'stop', environment: undefined as never, services: [], end: undefined as never },
    ['stop'],
  ],
  [
    'somebody’s reservation',
    { kind: 'reservation', title: 'payments 2.1.0', services: [] },
    ['payments 2.1.0'],
  ],
  [
    'a freeze after a release whose length nobody knows',
    { kind: 'freeze', start: '2026-11-27T08:00:00Z', end: '2026-11-28T09:00:00Z' },
    [],
    { end: undefined as never },
  ],
  ['its own reservation', { kind: 'reservation', link: '/releases/r', services: [] }, []],
  ['a freeze elsewhere', { kind: 'freeze', environment: 'staging' }, []],
  [
    'a freeze that ends when it starts',
    { kind: 'freeze', start: '2026-11-26T08:00:00Z', end: '2026-11-26T09:00:00Z' },
    [],
  ],
])('collisions: %s', (...row) => {
  const [, other, titles, own = {}] = row;
  const release = entry({ link: '/releases/r', ...own });
  expect(collisionsOf(release, [release, entry({ uid: 'y', ...other })])).toEqual(titles);
});

test.each<[string, Partial<CalendarEntry>, Partial<CalendarEntry>, string[], string[]]>([
  ['with an override of it', { rule: 'sale' }, { overrides: ['sale'] }, [], ['freeze']],
  ['with an override of another', { rule: 'sale' }, { overrides: ['other'] }, ['freeze'], []],
  ['that is over', { rule: 'sale' }, { overrides: ['sale'], state: 'ended' }, [], []],
  [
    'on another day',
    { rule: 'sale', start: '2027-01-01T00:00:00Z', end: '2027-01-02T00:00:00Z' },
    { overrides: ['sale'] },
    [],
    [],
  ],
  ['whose time is reserved', { kind: 'reservation', rule: 'sale' }, { overrides: ['sale'] }, ['freeze'], []],
])('a release in a freeze %s', (_what, other, own, collisions, overridden) => {
  const release = entry({ link: '/releases/r', ...own });
  const all = [release, entry({ uid: 'y', kind: 'freeze', title: 'freeze', services: [], ...other })];
  expect(collisionsOf(release, all)).toEqual(collisions);
  expect(overriddenBy(release, all)).toEqual(overridden);
});

test.each([
  ['2026-11', 6, 30], // begins on a Sunday
  ['2027-02', 0, 28], // four whole weeks
  ['2026-06', 0, 30], // begins on a Monday
])('%s as weeks begins after %i empty days', (month, empty, last) => {
  const weeks = weeksOf(daysOf(month, 'Europe/Berlin', []));
  expect(weeks.every((week) => week.length === 7)).toBe(true);
  expect(weeks[0]?.filter((day) => day === undefined)).toHaveLength(empty);
  const dates = weeks.flat().flatMap((day) => (day ? [day.date] : []));
  expect(dates).toHaveLength(last);
  expect(weeks[0]?.[empty]?.date).toBe(`${month}-01`);
});
