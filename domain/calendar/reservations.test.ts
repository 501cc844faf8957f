import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ActionClass } from './model.ts';
import { inTheWay, reservationRow, type Held } from './reservations.ts';

const day = (hour: number, minute = 0) => new Date(Date.UTC(2026, 11, 1, hour, minute)).toISOString();
const held = (start: number, end: number, more: Partial<Held> = {}): Held => ({
  id: `${start}–${end}`,
  owner: 'rel_2',
  title: 'payments 2.1.0',
  environment: 'production',
  services: [],
  start: day(start),
  end: day(end),
  overlap: false,
  createdBy: 'cem',
  ...more,
});
const shop = (start: number, end: number, more: Partial<Held> = {}): Held =>
  held(start, end, { owner: 'rel_1', title: 'shop 1.4.0', ...more });

test.each<[string, Held, Held, boolean]>([
  ['C1: [10,12) and [12,13)', held(10, 12), shop(12, 13), false],
  ['C1: [10,12) and [11,13)', held(10, 12), shop(11, 13), true],
  ['both may overlap', held(10, 12, { overlap: true }), shop(11, 13, { overlap: true }), false],
  ['one may overlap', held(10, 12, { overlap: true }), shop(11, 13), true],
  ['one within the other', held(10, 14), shop(11, 12), true],
  ['another environment', held(10, 12, { environment: 'staging' }), shop(11, 13), false],
  ['another service', held(10, 12, { services: ['payments'] }), shop(11, 13, { services: ['shop'] }), false],
  [
    'a service in common',
    held(10, 12, { services: ['shop'] }),
    shop(11, 13, { services: ['shop', 'cart'] }),
    true,
  ],
  ['the whole environment and a service', held(10, 12), shop(11, 13, { services: ['shop'] }), true],
  ['its own', held(10, 12, { owner: 'rel_1' }), shop(11, 13), false],
])('%s', (_, one, wanted, expected) => {
  expect(inTheWay(wanted, [one])).toEqual(expected ? [one] : []);
});

test('what is in the way comes in the order of its start', () => {
  expect(inTheWay(shop(8, 20), [held(14, 15), held(10, 12)]).map(({ id }) => id)).toEqual(['10–12', '14–15']);
});

test('of two spans each is in the way of the other, or neither', () => {
  const anySpan = fc
    .tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: 1, max: 3 }), fc.boolean())
    .map(([start, length, overlap]) => ({ start, end: start + length, overlap }));
  fc.assert(
    fc.property(anySpan, anySpan, (a, b) => {
      const one = held(a.start, a.end, { overlap: a.overlap });
      const other = shop(b.start, b.end, { overlap: b.overlap });
      const meet = Math.max(a.start, b.start) < Math.min(a.end, b.end) && !(a.overlap && b.overlap);
      expect(inTheWay(other, [one]).length === 1).toBe(meet);
      expect(inTheWay(one, [other]).length === 1).toBe(meet);
    }),
  );
});

describe('beside reservations of others, from 10:00 on', () => {
  const say = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const row = (minutes: number, actionClass: ActionClass, ...foreign: Held[]) =>
    reservationRow({ foreign, actionClass, start: Date.parse(day(10)), p90Ms: minutes * 60_000, say })[0];

  test.each<[string, number, ActionClass, string | undefined]>([
    ['C4: ends when the other begins', 120, 'planned', undefined],
    ['C4: ends a minute later', 121, 'planned', 'waiting'],
    ['a hotfix asks the holder', 121, 'hotfix', 'needsPeople'],
    ['a person’s rollback goes on', 121, 'rollback', 'allowed'],
    ['an automatic rollback goes on', 121, 'automaticRollback', 'allowed'],
    ['a change of settings waits', 121, 'config', 'waiting'],
    ['an automatic promotion waits', 121, 'auto', 'waiting'],
  ])('%s', (_, minutes, actionClass, kind) => {
    expect(row(minutes, actionClass, held(12, 13))?.kind).toBe(kind);
  });

  test('one that is over, or ends now, is in nobody’s way', () => {
    expect(row(60, 'planned', held(8, 9), held(9, 10))).toBeUndefined();
  });

  test('who waits is told who has it, and waits until the last of them has ended', () => {
    expect(row(180, 'planned', held(12, 13), held(11, 12, { title: 'load test' }))).toEqual({
      gate: 'reservation',
      kind: 'waiting',
      because: 'load test has production from 11:00 to 12:00, and 1 more after it.',
      until: day(13),
    });
  });

  test.each([
    ['the person who reserved it', held(12, 13, { owner: 'person:ben' }), ['ben']],
    ['whoever reserved it for a release', held(12, 13), ['cem']],
  ])('a hotfix asks %s to give way', (_, one, candidates) => {
    expect(row(121, 'hotfix', one)).toEqual({
      gate: 'reservation',
      kind: 'needsPeople',
      because: 'payments 2.1.0 has production from 12:00 to 13:00: ask the holder to give way.',
      who: [{ rule: 'holder', candidates, seats: 1 }],
    });
  });

  test('a rollback says whom it passes', () => {
    expect(row(121, 'rollback', held(12, 13))?.because).toBe(
      'Goes back although payments 2.1.0 has production from 12:00 to 13:00.',
    );
  });
});
