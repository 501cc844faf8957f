import { expect, test } from '@jest/globals';
import { aFreeze, aWindow } from '../../test/support/a-calendar.ts';
import type { CalendarTimes } from './model.ts';
import { nextOccurrences, occurrences } from './occurrences.ts';

const [B, NY, LH, K, SP] = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Sao_Paulo',
];

const once = (zone: string, start: string, length: Partial<CalendarTimes>, kind = 'window') => {
  const times = { zone, start, ...length };
  const rule = kind === 'window' ? aWindow(times) : aFreeze(times);
  const [only] = occurrences(rule, `${start.slice(0, 10)}T00:00:00Z`, laterDay(start));
  return only;
};
const laterDay = (local: string) => new Date(Date.parse(`${local}Z`) + 5 * 86_400_000).toISOString();
const short = (instant?: string) => instant?.replace(':00.000Z', 'Z');

// semantics §1.3
test.each<[string, string, string, Partial<CalendarTimes>, string, string, string?]>([
  ['T21', B, '2026-03-27T22:00', { duration: 'PT6H' }, '2026-03-27T21:00Z', '2026-03-28T03:00Z'],
  ['T22', B, '2026-03-28T22:00', { duration: 'PT6H' }, '2026-03-28T21:00Z', '2026-03-29T03:00Z'],
  ['T23', B, '2026-03-28T22:00', { endLocal: '04:00' }, '2026-03-28T21:00Z', '2026-03-29T02:00Z'],
  ['T24', B, '2026-10-24T22:00', { duration: 'PT6H' }, '2026-10-24T20:00Z', '2026-10-25T02:00Z'],
  ['T25', B, '2026-10-24T22:00', { endLocal: '04:00' }, '2026-10-24T20:00Z', '2026-10-25T03:00Z'],
  ['T26 P1D', B, '2026-03-28T12:00', { duration: 'P1D' }, '2026-03-28T11:00Z', '2026-03-29T10:00Z'],
  ['T26 PT24H', B, '2026-03-28T12:00', { duration: 'PT24H' }, '2026-03-28T11:00Z', '2026-03-29T11:00Z'],
  ['T27 P1D', B, '2026-10-24T12:00', { duration: 'P1D' }, '2026-10-24T10:00Z', '2026-10-25T11:00Z'],
  ['T27 PT24H', B, '2026-10-24T12:00', { duration: 'PT24H' }, '2026-10-24T10:00Z', '2026-10-25T10:00Z'],
  ['T28', B, '2026-10-25T00:30', { endLocal: '02:30' }, '2026-10-24T22:30Z', '2026-10-25T00:30Z'],
  ['T29', B, '2026-10-25T00:30', { endLocal: '02:30' }, '2026-10-24T22:30Z', '2026-10-25T01:30Z', 'freeze'],
  ['T30', B, '2026-03-29T02:15', { endLocal: '02:45' }, '2026-03-29T01:15Z', '2026-03-29T01:45Z'],
  ['T32 PT6H', NY, '2026-03-07T22:00', { duration: 'PT6H' }, '2026-03-08T03:00Z', '2026-03-08T09:00Z'],
  ['T32 to 04:00', NY, '2026-03-07T22:00', { endLocal: '04:00' }, '2026-03-08T03:00Z', '2026-03-08T08:00Z'],
  ['T33 PT6H', NY, '2026-10-31T22:00', { duration: 'PT6H' }, '2026-11-01T02:00Z', '2026-11-01T08:00Z'],
  ['T33 to 04:00', NY, '2026-10-31T22:00', { endLocal: '04:00' }, '2026-11-01T02:00Z', '2026-11-01T09:00Z'],
  ['T34 PT6H', LH, '2026-04-04T22:00', { duration: 'PT6H' }, '2026-04-04T11:00Z', '2026-04-04T17:00Z'],
  ['T34 to 04:00', LH, '2026-04-04T22:00', { endLocal: '04:00' }, '2026-04-04T11:00Z', '2026-04-04T17:30Z'],
  ['T35 PT6H', LH, '2026-10-03T22:00', { duration: 'PT6H' }, '2026-10-03T11:30Z', '2026-10-03T17:30Z'],
  ['T35 to 04:00', LH, '2026-10-03T22:00', { endLocal: '04:00' }, '2026-10-03T11:30Z', '2026-10-03T17:00Z'],
  ['T36 PT6H', K, '2026-10-24T22:00', { duration: 'PT6H' }, '2026-10-24T16:30Z', '2026-10-24T22:30Z'],
  ['T36 to 04:00', K, '2026-10-24T22:00', { endLocal: '04:00' }, '2026-10-24T16:30Z', '2026-10-24T22:30Z'],
  ['T37', SP, '2018-11-03T20:00', { endLocal: '00:00' }, '2018-11-03T23:00Z', '2018-11-04T03:00Z'],
  ['T38 before', B, '2026-03-27T16:00', { duration: 'P2DT16H' }, '2026-03-27T15:00Z', '2026-03-30T06:00Z'],
  ['T38 after', B, '2026-04-03T16:00', { duration: 'P2DT16H' }, '2026-04-03T14:00Z', '2026-04-06T06:00Z'],
  ['T38 in autumn', B, '2026-10-23T16:00', { duration: 'P2DT16H' }, '2026-10-23T14:00Z', '2026-10-26T07:00Z'],
  ['T39 before', B, '2026-03-27T16:00', { duration: 'PT64H' }, '2026-03-27T15:00Z', '2026-03-30T07:00Z'],
  ['T39 after', B, '2026-04-03T16:00', { duration: 'PT64H' }, '2026-04-03T14:00Z', '2026-04-06T06:00Z'],
  ['T39 in autumn', B, '2026-10-23T16:00', { duration: 'PT64H' }, '2026-10-23T14:00Z', '2026-10-26T06:00Z'],
  ['T40 in the gap', B, '2026-03-29T02:30', { duration: 'PT1H' }, '2026-03-29T01:30Z', '2026-03-29T02:30Z'],
  ['T40 repeated', B, '2026-10-25T02:30', { duration: 'PT1H' }, '2026-10-25T00:30Z', '2026-10-25T01:30Z'],
])('%s: %s %s %j is %s to %s', (_, zone, start, length, from, to, ...kind) => {
  const found = once(zone, start, length, kind[0]);
  expect([short(found?.start), short(found?.end)]).toEqual([from, to]);
  expect(found?.marks).not.toContain('vanished');
});

test('T31: an occurrence that covers no real time is marked vanished', () => {
  const found = once(B, '2026-03-29T02:30', { endLocal: '03:00' });
  expect([found?.start, found?.end, found?.marks]).toEqual([
    '2026-03-29T01:30:00.000Z',
    '2026-03-29T01:00:00.000Z',
    ['shifted', 'vanished'],
  ]);
});

test('a daily start in the gap is kept and marked, not skipped', () => {
  const rule = aFreeze({ zone: B, start: '2026-03-27T02:30', rrule: 'FREQ=DAILY;COUNT=4', duration: '1h' });
  expect(
    nextOccurrences(rule, '2026-03-27T00:00:00Z', 10).map(({ localStart, marks }) => [localStart, marks]),
  ).toEqual([
    ['2026-03-27T02:30:00', []],
    ['2026-03-28T02:30:00', []],
    ['2026-03-29T02:30:00', ['shifted']],
    ['2026-03-30T02:30:00', []],
  ]);
});

test('an occurrence that began before the span is found while it lasts', () => {
  const rule = aWindow({
    zone: B,
    start: '2026-01-05T22:00',
    rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
    duration: '6h',
  });
  expect(occurrences(rule, '2026-10-23T01:00:00Z', '2026-10-23T01:30:00Z').map(({ end }) => end)).toEqual([
    '2026-10-23T02:00:00.000Z',
  ]);
});

test('a freeze that is created late begins at its creation', () => {
  const rule = {
    ...aFreeze({ zone: 'UTC', from: '2026-11-01T00:00' }),
    effectiveFrom: '2026-11-03T12:00:00.000Z',
  };
  expect(occurrences(rule, '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z')).toEqual([
    expect.objectContaining({ start: '2026-11-03T12:00:00.000Z' }),
  ]);
});
