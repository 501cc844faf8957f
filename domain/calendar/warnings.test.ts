import { expect, test } from '@jest/globals';
import { leadsOf, plannedInterval } from './warnings.ts';

const at = (text: string): number => Date.parse(`2026-12-${text}:00Z`);
const freeze = { start: at('18T17:00'), end: at('28T07:00') };
const inside = { start: at('20T10:00'), end: at('20T11:00') };
const longAgo = at('01T00:00');

test.each([
  ['before the week', inside, longAgo, '11T16:59', undefined, '11T17:00'],
  ['at a week', inside, longAgo, '11T17:00', '7d', '17T17:00'],
  ['between', inside, longAgo, '15T00:00', '7d', '17T17:00'],
  ['at a day', inside, longAgo, '17T17:00', '24h', '18T15:00'],
  ['at two hours', inside, longAgo, '18T15:00', '2h', undefined],
  ['once it has begun', inside, longAgo, '18T17:00', undefined, undefined],
  ['made five days before: the week is past', inside, at('13T17:00'), '14T00:00', undefined, '17T17:00'],
  ['made an hour before: all is past', inside, at('18T16:00'), '18T16:30', undefined, undefined],
  ['made exactly a week before', inside, at('11T17:00'), '11T17:00', '7d', '17T17:00'],
  ['after days without anybody only the last', inside, longAgo, '18T16:00', '2h', undefined],
  [
    'ends as it begins',
    { start: at('18T16:00'), end: at('18T17:00') },
    longAgo,
    '17T17:00',
    undefined,
    undefined,
  ],
  [
    'begins as it ends',
    { start: at('28T07:00'), end: at('28T08:00') },
    longAgo,
    '17T17:00',
    undefined,
    undefined,
  ],
] as const)('warns %s', (...row) => {
  const [, deployment, since, now, due, next] = row;
  const found = leadsOf(freeze, deployment, { since, now: at(now) });
  expect(found.due?.name).toBe(due);
  expect(found.nextAt).toBe(next === undefined ? undefined : at(next));
});

const predicted = { start: '2026-12-19T10:00:00Z', end: '2026-12-19T10:30:00Z' };

test.each([
  ['what is expected', { predicted }, '19T10:00', '19T10:30'],
  [
    'the date that people gave, for as long',
    { at: '2026-12-20T10:00:00Z', predicted },
    '20T10:00',
    '20T10:30',
  ],
  [
    'the date up to the last moment to start',
    { at: '2026-12-20T10:00:00Z', startBy: '2026-12-20T11:00:00Z' },
    '20T10:00',
    '20T11:00',
  ],
] as const)('takes as the time of a deployment %s', (...row) => {
  const [, facts, start, end] = row;
  expect(plannedInterval(facts)).toEqual({ start: at(start), end: at(end) });
});

test('knows no time where nothing is planned and nothing expected', () => {
  expect(plannedInterval({})).toBeUndefined();
});
