import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  endOfRides,
  failuresInARow,
  nextDeparture,
  type PastDeparture,
  type ScheduleFacts,
} from './schedule.ts';

const hour = 3_600_000;
const week = 168 * hour;
/** Tuesdays at 14:00. */
const tuesday = (count: number) => Date.UTC(2026, 11, 1, 14) + count * week;
const facts = (more: Partial<ScheduleFacts> = {}): ScheduleFacts => ({
  train: 'weekly',
  rhythm: [0, 1, 2, 3].map(tuesday),
  cutoffMs: 2 * hour,
  now: tuesday(0) - 24 * hour,
  failures: 0,
  ...more,
});
const leaves = (scheduledAt: number, departsAt = scheduledAt) => ({
  kind: 'departure',
  scheduledAt,
  departsAt,
  cutoffAt: departsAt - 2 * hour,
});

describe('the next departure', () => {
  test.each<[string, Partial<ScheduleFacts>, object]>([
    ['is the first of the rhythm', {}, leaves(tuesday(0))],
    ['is one that leaves now', { now: tuesday(0) }, leaves(tuesday(0))],
    ['is not one that left without it', { now: tuesday(0) + 1 }, leaves(tuesday(1))],
    ['keeps the rhythm after one was skipped', { rhythm: [1, 2, 3].map(tuesday) }, leaves(tuesday(1))],
    ['takes up the rhythm after weeks of standing still', { now: tuesday(2) - hour }, leaves(tuesday(2))],
    [
      'leaves at the time it was delayed to, and boards until then',
      { begun: { scheduledAt: tuesday(0), departsAt: tuesday(0) + 5 * hour } },
      leaves(tuesday(0), tuesday(0) + 5 * hour),
    ],
    [
      'stays the one that boards, however late it has become',
      { begun: { scheduledAt: tuesday(0), departsAt: tuesday(0) }, now: tuesday(1) + hour },
      leaves(tuesday(0)),
    ],
    ['is there after one failure', { failures: 1 }, leaves(tuesday(0))],
    [
      'is not there after two',
      { failures: 2 },
      {
        kind: 'stopped',
        because: '2 departures of train weekly failed in a row: somebody must start it again.',
      },
    ],
    [
      'is not there where the rhythm has ended',
      { now: tuesday(4) },
      { kind: 'none', because: 'Train weekly has no departure that is known.' },
    ],
  ])('%s', (_, more, expected) => {
    expect(nextDeparture(facts(more))).toEqual(expected);
  });

  test('a train leaves once for each departure that is still to come, and for none that is over', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 5 * 168 }), (late) => {
        const now = tuesday(0) + late * hour;
        const next = nextDeparture(facts({ now }));
        const expected = facts().rhythm.filter((departure) => departure >= now);
        expect(next.kind === 'departure' ? next.scheduledAt : undefined).toBe(expected[0]);
      }),
    );
  });
});

describe('failures in a row', () => {
  const past = (...endings: Omit<PastDeparture, 'number'>[]): PastDeparture[] =>
    endings.map((ending, index) => ({ number: index + 1, ...ending }));
  const left = (release?: PastDeparture['release']) => ({
    state: 'departed' as const,
    ...(release ? { release } : {}),
  });

  test.each<[string, PastDeparture[], number]>([
    ['none has left yet', [], 0],
    ['the last succeeded', past(left('failed'), left('succeeded')), 0],
    ['one failed', past(left('succeeded'), left('failed')), 1],
    ['two failed', past(left('succeeded'), left('rolledBack'), left('failed')), 2],
    ['one was taken back by a person', past(left('aborted')), 1],
    ['one could not leave', past(left('failed'), { state: 'failed' }), 2],
    ['success stands between them', past(left('failed'), left('succeeded'), left('failed')), 1],
    [
      'one that was skipped stands between them',
      past(left('failed'), { state: 'skipped' }, left('failed')),
      2,
    ],
    ['one that left empty stands between them', past(left('failed'), left(), left('failed')), 2],
    ['the last is still on its way', past(left('failed'), left('deploying')), 1],
    [
      'people said no before anything was deployed',
      past(left('rejected'), left('cancelled'), left('expired')),
      0,
    ],
  ])('%s', (_, departures, expected) => {
    expect(failuresInARow(departures, 0)).toBe(expected);
    expect(failuresInARow([...departures].reverse(), 0)).toBe(expected);
  });

  test('count from where a person started the schedule again', () => {
    expect(failuresInARow(past(left('failed'), left('failed'), left('failed')), 2)).toBe(1);
  });
});

test.each<[string, Parameters<typeof endOfRides>[0], ReturnType<typeof endOfRides>]>([
  ['nobody rode', [], undefined],
  ['all have arrived', ['succeeded', 'succeeded'], 'succeeded'],
  ['one failed, however the others ended', ['succeeded', 'rolledBack', 'deploying'], 'rolledBack'],
  ['one is still on its way', ['succeeded', 'deploying'], 'deploying'],
  ['one never began', ['succeeded', 'expired'], 'expired'],
])('the releases of a departure taken as one: %s', (_, states, expected) => {
  expect(endOfRides(states)).toBe(expected);
});
