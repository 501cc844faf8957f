import { expect, test } from '@jest/globals';
import { timeForPeople, timeWithOffset } from './shown-time.ts';

const now = new Date('2026-11-26T12:16:00Z');

test.each([
  ['Europe/Berlin', '2026-11-26T08:12:00Z', '2026-11-26 09:12 CET (4 h 4 min ago)'],
  ['Asia/Kolkata', '2026-11-26T14:16:00Z', '2026-11-26 19:46 GMT+5:30 (in 2 h)'],
  ['UTC', '2026-11-26T12:16:00Z', '2026-11-26 12:16 UTC (0 s ago)'],
])('in %s a person reads %s with the name of the zone', (zone, instant, shown) => {
  expect(timeForPeople(instant, { now, zone })).toBe(shown);
});

test.each([
  ['Europe/Berlin', '2026-12-01T16:00:00.123Z', '2026-12-01T17:00:00+01:00'],
  ['Asia/Kolkata', '2026-12-01T16:00:00.000Z', '2026-12-01T21:30:00+05:30'],
  ['America/New_York', '2026-12-01T16:00:00.000Z', '2026-12-01T11:00:00-05:00'],
])('a program that asks for %s gets its wall clock with the offset', (zone, instant, shown) => {
  expect(timeWithOffset(instant, zone)).toBe(shown);
  expect(Date.parse(shown)).toBe(Math.floor(Date.parse(instant) / 1000) * 1000);
});
