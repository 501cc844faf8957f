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

describe('what quiet hours leave no time for', () => {
  const managed: Reader = { ...ana, manager: { id: 'max', zone: berlin } };
  const sam: Reader = { id: 'sam', zone: berlin, as: 'backup' };
  const planned = (openedAt: string, spanMs: number, readers: Reader[] = [managed]) =>
    planNudges(waiting(openedAt, { spanMs }), readers, { isBackupAsked: false });

  test('is not said in the second in which a request of Friday evening is opened, by a clock of hours', () => {
    expect(planned('2026-11-27T18:25:00Z', 24 * hour)).toEqual([]);
  });

  test('is left out for those whose weekend it is, and said to those whose day it is', () => {
    const lee: Reader = { id: 'lee', zone: 'America/New_York', as: 'asked' };
    expect(planned('2026-11-27T08:25:00Z', 24 * hour, [managed, lee])).toEqual([
      { at: '2026-11-27T17:59:00.000Z', step: 'half', to: ['ana'] },
      { at: '2026-11-27T17:59:00.000Z', step: 'last', to: ['ana'] },
      { at: '2026-11-27T20:25:00.000Z', step: 'half', to: ['lee'] },
      { at: '2026-11-27T23:59:00.000Z', step: 'last', to: ['lee'] },
    ]);
  });

  test.each([
    ['an hour', '2026-10-20T15:59:00Z', false],
    ['more than an hour', '2026-10-20T15:58:59Z', true],
  ])('would come %s after the request, which has just said it', (_, openedAt, isSaid) => {
    const steps = planned(openedAt, 14 * hour).map(({ step }) => step);
    expect(steps.includes('last')).toBe(isSaid);
  });

  test('is not said to a manager before its time, while nobody has been silent for long', () => {
    const steps = planned('2026-10-19T06:30:00Z', 72 * hour).map(({ step }) => step);
    expect(steps).toEqual(['half', 'last']);
  });

  test('never keeps a backup group from being asked: where quiet hours leave no time for it, when it may vote', () => {
    expect(planned('2026-11-27T18:25:00Z', 24 * hour, [sam])).toEqual([
      { at: '2026-11-28T12:25:00.000Z', step: 'backup', to: ['sam'] },
    ]);
    expect(planned('2026-11-27T17:30:00Z', 24 * hour, [sam])[0]).toMatchObject({
      at: '2026-11-27T17:59:00.000Z',
      step: 'backup',
      to: ['sam'],
    });
  });

  test('what is due outside of them goes out however short the time is', () => {
    expect(planned('2026-10-19T08:00:00Z', hour).map(({ step }) => step)).toEqual([
      'half',
      'last',
      'manager',
    ]);
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

  test('what is due in them with no time left in the morning belongs one minute before them', () => {
    expect(
      outsideQuietHours({ at: '2026-10-21T01:00:00Z', deadline: '2026-10-21T05:00:00Z', zone: berlin }),
    ).toBe('2026-10-20T16:59:00.000Z');
  });
});
