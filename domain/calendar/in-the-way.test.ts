import { expect, test } from '@jest/globals';
import { rulesInTheWay } from './in-the-way.ts';
import type { CalendarRule } from './model.ts';

const now = '2026-11-26T12:00:00.000Z';
const scope = { services: [], environments: [], labels: [] };
const freeze = (id: string, over: Partial<CalendarRule> = {}): CalendarRule => ({
  ...{ id, kind: 'freeze', zone: 'UTC', scope, revision: 1, origin: 'api' },
  ...{ from: '2026-11-26T00:00', to: '2026-11-27T00:00' },
  ...over,
});
const window = (id: string, from: string, to: string): CalendarRule =>
  freeze(id, { kind: 'window', from: `2026-11-${from}`, to: `2026-11-${to}` });
const target = {
  environment: 'production',
  environmentLabels: [],
  services: [{ service: 'shop', labels: [] }],
};
const inTheWay = (rules: CalendarRule[], over: Partial<Parameters<typeof rulesInTheWay>[0]> = {}) =>
  rulesInTheWay({ rules, target, actionClass: 'planned', overrides: [], ...over }, now).map(({ id }) => id);

test.each<[string, CalendarRule[], string[]]>([
  ['every freeze that holds', [freeze('sale'), freeze('audit')], ['sale', 'audit']],
  ['no freeze that is to come', [freeze('late', { from: '2026-11-27T00:00', to: '2026-11-28T00:00' })], []],
  ['no freeze of another place', [freeze('there', { scope: { ...scope, environments: ['staging'] } })], []],
  [
    'one of several windows that are shut',
    [window('a', '25T00:00', '25T10:00'), window('b', '27T00:00', '27T10:00')],
    ['a'],
  ],
  [
    'no window where one is open',
    [window('a', '25T00:00', '25T10:00'), window('b', '26T11:00', '26T13:00')],
    [],
  ],
  ['a freeze before a window', [window('a', '25T00:00', '25T10:00'), freeze('sale')], ['sale', 'a']],
])('in the way is %s', (_, rules, ids) => {
  expect(inTheWay(rules)).toEqual(ids);
});

test('what was overridden in the state that it is in is in the way no more', () => {
  const override = {
    ...{ id: 'o', freezeId: 'sale', revision: 1, releaseId: 'r', environment: 'production', by: 'dee' },
    ...{ reason: 'orders are lost', expiresAt: '2026-11-26T14:00:00.000Z' },
  };
  expect(inTheWay([freeze('sale')], { overrides: [override] })).toEqual([]);
  expect(inTheWay([freeze('sale', { revision: 2 })], { overrides: [override] })).toEqual(['sale']);
});

test('a class that passes a freeze has it not in its way', () => {
  expect(inTheWay([freeze('sale')], { actionClass: 'rollback' })).toEqual([]);
});
