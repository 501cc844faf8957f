import { describe, expect, test } from '@jest/globals';
import { momentOf, weekEndOf } from './moment.ts';

const hour = 3_600_000;
const none = { shut: [] };
const berlin = (at: string, open: Parameters<typeof momentOf>[1]['open'] = none, hours = {}) =>
  Object.entries(momentOf(at, { zone: 'Europe/Berlin', hours, open })).flatMap(([name, is]) =>
    is ? [name] : [],
  );

describe('a moment in Berlin', () => {
  test.each([
    ['Thu 09:00', '2026-11-26T08:00:00Z', []],
    ['Thu 08:59', '2026-11-26T07:59:00Z', ['isOffHours']],
    ['Thu 16:59', '2026-11-26T15:59:00Z', []],
    ['Thu 17:00', '2026-11-26T16:00:00Z', ['isOffHours']],
    ['Fri 14:59', '2026-11-27T13:59:00Z', []],
    ['Fri 15:00', '2026-11-27T14:00:00Z', ['isWeekEnding']],
    ['Fri 17:00', '2026-11-27T16:00:00Z', ['isOffHours', 'isWeekEnding']],
    ['Sat 10:00', '2026-11-28T09:00:00Z', ['isOffHours']],
    ['Fri 15:00 in summer', '2026-07-03T13:00:00Z', ['isWeekEnding']],
  ])('%s', (_, at, found) => expect(berlin(at)).toEqual(found));

  test('the week ends with its last working day, whichever that is', () => {
    const hours = { days: ['TH' as const, 'MO' as const], from: '08:00', to: '18:00' };
    expect(berlin('2026-11-26T16:30:00Z', none, hours)).toEqual(['isWeekEnding']);
    expect(weekEndOf('2026-11-26T10:00:00Z', 'Europe/Berlin', hours)).toBe('2026-11-26T23:00:00.000Z');
    expect(weekEndOf('2026-11-27T10:00:00Z', 'Europe/Berlin', hours)).toBeUndefined();
  });

  const at = Date.parse('2026-11-26T09:00:00Z');
  test.each([
    [
      'before the last quarter of its window',
      { windows: [{ start: at - 3 * hour + 1, end: at + hour }] },
      [],
    ],
    ['in the last quarter', { windows: [{ start: at - 3 * hour, end: at + hour }] }, ['isWindowEnding']],
    ['in a window without end', { windows: [{ start: at - 3 * hour, end: Infinity }] }, []],
    ['24 h before a freeze', { shut: [{ start: at + 24 * hour, end: Infinity }] }, ['isFreezeNear']],
    ['over 24 h before a freeze', { shut: [{ start: at + 24 * hour + 1, end: Infinity }] }, []],
  ])('%s', (_, open, found) => {
    expect(berlin('2026-11-26T09:00:00Z', { ...none, ...open })).toEqual(found);
  });
});

test('a zone that nobody knows is no moment', () => {
  expect(() => momentOf('2026-11-26T09:00:00Z', { zone: 'Mars/Base', hours: {}, open: none })).toThrow();
});
