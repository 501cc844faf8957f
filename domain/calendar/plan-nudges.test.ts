import { describe, expect, test } from '@jest/globals';
import { deadlineOf, planNudges, stepAt, type Reader, type Waiting } from './plan-nudges.ts';
import { outsideQuietHours, quietHoursAt } from './quiet-hours.ts';
import { later } from './working-time.ts';

const hour = 3_600_000;
const berlin = 'Europe/Berlin';
const waiting = (openedAt: string, over: Partial<Waiting> = {}): Waiting => ({
  openedAt,
  spanMs: 72 * hour,
  clock: 'elapsed',
  zone: berlin,
  ...over,
});
const ana: Reader = { id: 'ana', zone: berlin, as: 'asked' };
const at = (from: string, step: string, readers: Reader[] = [ana]) =>
  planNudges(waiting(from), readers, { isBackupAsked: false }).find((nudge) => nudge.step === step)?.at;

describe('the ladder of a request', () => {
  test.each([
    ['K1', '2026-10-19T07:00:00Z', 'half', '2026-10-20T19:00:00.000Z'],
    ['K1', '2026-10-19T07:00:00Z', 'backup', '2026-10-21T13:00:00.000Z'],
    ['K1', '2026-10-19T07:00:00Z', 'last', '2026-10-21T23:48:00.000Z'],
    ['K4', '2026-10-23T15:00:00Z', 'half', '2026-10-25T03:00:00.000Z'],
  ] as const)('%s: opened %s, %s by the clock at %s', (_, openedAt, step, instant) => {
    expect(stepAt(waiting(openedAt), step)).toBe(instant);
  });

  test('K4: three days of hours end an hour earlier on the clock where it is set back', () => {
    expect(deadlineOf(waiting('2026-10-23T15:00:00Z'))).toBe('2026-10-26T15:00:00.000Z');
  });

  test('K2: both reminders wait for the morning where an hour is left', () => {
    expect(at('2026-10-19T07:00:00Z', 'half')).toBe('2026-10-21T06:00:00.000Z');
    expect(at('2026-10-19T07:00:00Z', 'last')).toBe('2026-10-22T06:00:00.000Z');
  });

  test('K3: with less than an hour left in the morning it goes out before the quiet hours', () => {
    expect(at('2026-10-19T06:30:00Z', 'last')).toBe('2026-10-21T16:59:00.000Z');
  });

  test('K5: hours of work go on after the weekend', () => {
    expect(later('2026-10-23T14:00:00Z', 8 * hour, 'working', berlin)).toBe('2026-10-26T15:00:00.000Z');
    const hours = waiting('2026-10-23T14:00:00Z', { spanMs: 8 * hour, clock: 'working' });
    expect(deadlineOf(hours)).toBe('2026-10-26T15:00:00.000Z');
    expect(stepAt(hours, 'half')).toBe('2026-10-26T11:00:00.000Z');
  });

  test('hours of work that begin at night begin in the morning', () => {
    expect(later('2026-10-24T01:00:00Z', 0, 'working', berlin)).toBe('2026-10-26T08:00:00.000Z');
    expect(later('2026-10-26T04:00:00Z', hour, 'working', berlin)).toBe('2026-10-26T09:00:00.000Z');
  });

  test('each is written to in their own zone, a manager of each, and backup groups may vote from the step on', () => {
    const readers: Reader[] = [
      { ...ana, manager: { id: 'max', zone: berlin } },
      { id: 'ben', zone: berlin, as: 'asked', manager: { id: 'max', zone: berlin } },
      { id: 'lee', zone: 'America/New_York', as: 'asked' },
      { id: 'sam', zone: 'Asia/Tokyo', as: 'backup' },
    ];
    const nudges = planNudges(waiting('2026-10-19T07:00:00Z'), readers, { isBackupAsked: false });
    expect(nudges).toEqual([
      { at: '2026-10-20T19:00:00.000Z', step: 'half', to: ['lee'] },
      { at: '2026-10-21T06:00:00.000Z', step: 'half', to: ['ana', 'ben'] },
      { at: '2026-10-21T13:00:00.000Z', step: 'backup', to: [] },
      { at: '2026-10-21T22:59:00.000Z', step: 'last', to: ['lee'] },
      { at: '2026-10-21T23:00:00.000Z', step: 'backup', to: ['sam'] },
      { at: '2026-10-21T23:48:00.000Z', step: 'last', to: ['sam'] },
      { at: '2026-10-22T06:00:00.000Z', step: 'last', to: ['ana', 'ben'] },
      { at: '2026-10-22T06:00:00.000Z', step: 'manager', to: ['max'], about: ['ana', 'ben'] },
    ]);
    const again = planNudges(waiting('2026-10-19T07:00:00Z'), readers, { isBackupAsked: true });
    expect(again.some(({ step }) => step === 'backup')).toBe(false);
    expect(again.filter(({ step }) => step === 'half').flatMap(({ to }) => to)).toContain('sam');
  });
});

describe('quiet hours', () => {
  test.each([
    [
      'Friday evening lasts over the weekend',
      '2026-10-23T17:00:00Z',
      '2026-10-23T17:00:00Z',
      '2026-10-26T07:00:00Z',
    ],
    ['Sunday at noon belongs to it', '2026-10-25T11:00:00Z', '2026-10-23T17:00:00Z', '2026-10-26T07:00:00Z'],
    [
      'a night is from 19:00 to 08:00',
      '2026-10-20T22:00:00Z',
      '2026-10-20T17:00:00Z',
      '2026-10-21T06:00:00Z',
    ],
  ])('%s', (_, instant, start, end) => {
    expect(quietHoursAt(Date.parse(instant), berlin)).toEqual({
      start: Date.parse(start),
      end: Date.parse(end),
    });
  });

  test.each(['2026-10-21T06:00:00Z', '2026-10-21T16:59:59Z'])('there are none at %s', (instant) => {
    expect(quietHoursAt(Date.parse(instant), berlin)).toBeUndefined();
  });

  test('what is due in them while it is too late for the evening before goes out now', () => {
    const now = '2026-10-20T20:00:00.000Z';
    expect(
      outsideQuietHours({ at: '2026-10-21T01:00:00Z', now, deadline: '2026-10-21T05:00:00Z', zone: berlin }),
    ).toBe(now);
  });
});
