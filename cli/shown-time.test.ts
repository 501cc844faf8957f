import { expect, test } from '@jest/globals';
import { shortTimeForPeople, timeForPeople, timeWithOffset } from './shown-time.ts';

const now = new Date('2026-11-26T12:16:00Z');

test.each([
  ['Europe/Berlin', '2026-11-26T08:12:00Z', '2026-11-26 09:12 CET (4 h 4 min ago)'],
  ['Asia/Kolkata', '2026-11-26T14:16:00Z', '2026-11-26 19:46 GMT+5:30 (in 2 h)'],
  ['UTC', '2026-11-26T12:16:00Z', '2026-11-26 12:16 UTC (0 s ago)'],
])('in %s a person reads %s with the name of the zone', (zone, instant, shown) => {
  expect(timeForPeople(instant, { now, zone })).toBe(shown);
});

test.each([
  ['2026-11-26T08:12:00Z', 'Thu 09:12 CET'],
  ['2026-12-02T11:00:00Z', 'Wed 12:00 CET'],
  ['2026-12-02T12:17:00Z', '2 Dec 13:17 CET'],
  ['2026-07-03T12:00:00Z', '3 Jul 14:00 CEST'],
  ['2025-11-26T12:16:00Z', '26 Nov 2025 13:16 CET'],
])('within a table %s is short, and yet the day that is meant is plain', (instant, shown) => {
  expect(shortTimeForPeople(instant, { now, zone: 'Europe/Berlin' })).toBe(shown);
});

test.each([
  ['Europe/Berlin', '2026-12-01T16:00:00.123Z', '2026-12-01T17:00:00+01:00'],
  ['Asia/Kolkata', '2026-12-01T16:00:00.000Z', '2026-12-01T21:30:00+05:30'],
  ['America/New_York', '2026-12-01T16:00:00.000Z', '2026-12-01T11:00:00-05:00'],
])('a program that asks for %s gets its wall clock with the offset', (zone, instant, shown) => {
  expect(timeWithOffset(instant, zone)).toBe(shown);
  expect(Date.parse(shown)).toBe(Math.floor(Date.parse(instant) / 1000) * 1000);
});
