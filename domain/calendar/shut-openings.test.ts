import { expect, test } from '@jest/globals';
import { aFreeze, aWindow } from '../../test/support/a-calendar.ts';
import type { CalendarRule } from './model.ts';
import { openFacts } from './open.ts';
import { shutOpenings, shutterAt } from './shut-openings.ts';

const target = {
  environment: 'production',
  environmentLabels: [],
  services: [{ service: 'shop', labels: [] }],
};
const from = Date.parse('2026-11-23T12:00:00Z');
const open = (rules: CalendarRule[]) =>
  openFacts({ rules, target, actionClass: 'planned', overrides: [], from });
const office = aWindow({
  zone: 'UTC',
  start: '2026-01-05T09:00',
  rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
  duration: '7h',
});
const frozen = (start: string, end: string | undefined, id: string) =>
  aFreeze({ zone: 'UTC', from: start, ...(end === undefined ? {} : { to: end }) }, { id });
const ms = (text: string) => Date.parse(`${text}:00Z`);
const shown = (rules: CalendarRule[], to = '2026-12-10T00:00') =>
  shutOpenings(open(rules), from, ms(to)).map(({ rule, start, end, more }) => [
    rule.id,
    new Date(start).toISOString().slice(0, 16),
    Number.isFinite(end) ? new Date(end).toISOString().slice(0, 16) : 'never',
    more,
  ]);

test.each<[string, CalendarRule[], unknown[]]>([
  ['nothing is shut where no freeze is', [office], []],
  [
    'a freeze over a week takes its windows away, once said',
    [office, frozen('2026-11-24T00:00', '2026-11-28T00:00', 'sale')],
    [['sale', '2026-11-24T09:00', '2026-11-28T00:00', 2]],
  ],
  [
    'a window that a freeze shortens is an opening still',
    [office, frozen('2026-11-24T08:00', '2026-11-24T10:00', 'short')],
    [],
  ],
  [
    'without windows the time of the freeze itself is what is shut',
    [frozen('2026-11-24T00:00', '2026-11-28T00:00', 'sale')],
    [['sale', '2026-11-24T00:00', '2026-11-28T00:00', 0]],
  ],
  [
    'a freeze without end takes away what is shut now',
    [frozen('2026-11-23T09:00', undefined, 'stop')],
    [['stop', '2026-11-23T12:00', 'never', 0]],
  ],
  [
    'of two freezes the one is named that holds longest',
    [
      office,
      frozen('2026-11-24T00:00', '2026-11-25T00:00', 'a'),
      frozen('2026-11-24T00:00', '2026-11-26T00:00', 'b'),
    ],
    [['b', '2026-11-24T09:00', '2026-11-26T00:00', 1]],
  ],
])('%s', (_, rules, expected) => {
  expect(shown(rules)).toEqual(expected);
});

test('what shuts an opening is the freeze that begins then, else the window that ends', () => {
  const facts = open([office, frozen('2026-11-24T11:00', '2026-11-28T00:00', 'sale')]);
  expect(shutterAt(facts, ms('2026-11-24T11:00'))?.id).toBe('sale');
  expect(shutterAt(facts, ms('2026-11-23T16:00'))?.id).toBe(office.id);
});
