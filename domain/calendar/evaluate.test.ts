import { expect, test } from '@jest/globals';
import { aFreeze, aWindow } from '../../test/support/a-calendar.ts';
import { evaluateCalendar, type EvaluationAsk } from './evaluate.ts';
import type { CalendarRule } from './model.ts';

const night = aWindow({
  zone: 'Europe/Berlin',
  start: '2026-01-05T22:00',
  rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH',
  duration: 'PT6H',
});
const endless = aFreeze({ zone: 'UTC', from: '2026-10-01T00:00' });
const evening = aFreeze({ zone: 'UTC', from: '2026-10-22T20:00', to: '2026-10-22T23:00' });
const production = { services: [], environments: ['production'], labels: [] };

const evaluate = (rules: CalendarRule[], now: string, more: Partial<EvaluationAsk> = {}) =>
  evaluateCalendar({
    rules,
    now,
    actionClass: 'planned',
    about: {},
    zone: 'Europe/Berlin',
    count: 2,
    ...more,
  });

test.each<[string, CalendarRule[], string, object]>([
  ['T41', [night], '2026-10-22T20:00:00Z', { open: true, nextClose: '2026-10-23T02:00:00.000Z' }],
  ['T42 before', [night], '2026-10-23T01:59:00Z', { open: true }],
  ['T42 after', [night], '2026-10-23T02:00:00Z', { open: false }],
  [
    'T43',
    [night],
    '2026-10-23T20:00:00Z',
    {
      open: false,
      because: 'Closed: window night is not open. It opens Mon 26 Oct 22:00 CET (21:00 UTC).',
      nextOpening: '2026-10-26T21:00:00.000Z',
    },
  ],
  ['T44', [night], '2026-10-26T02:00:00Z', { open: false }],
  [
    'T45',
    [night, evening],
    '2026-10-22T20:00:00Z',
    {
      open: false,
      passage: 'deny',
      nextOpening: '2026-10-22T23:00:00.000Z',
      nextClose: '2026-10-23T02:00:00.000Z',
    },
  ],
  [
    'T48, a freeze without end',
    [endless],
    '2026-10-22T20:00:00Z',
    {
      open: false,
      because: 'Closed by freeze holiday without end: holidays. No opening is known within 400 days.',
      nextOpening: null,
      nextClose: null,
    },
  ],
  [
    'T48, no rule',
    [],
    '2026-10-22T20:00:00Z',
    {
      open: true,
      because: 'Open: no rule is about it.',
      nextOpening: '2026-10-22T20:00:00.000Z',
      nextClose: null,
    },
  ],
])('%s', (_, rules, now, expected) => {
  expect(evaluate(rules, now)).toMatchObject(expected);
});

test('an open window is named with its end', () => {
  expect(evaluate([night], '2026-10-22T20:00:00Z').because).toBe(
    'Open: window night is open. It closes Fri 23 Oct 04:00 CEST (02:00 UTC).',
  );
});

test('a rollback passes a freeze, and the sentence names the freeze', () => {
  const said = evaluate([endless], '2026-10-22T20:00:00Z', { actionClass: 'rollback' });
  expect(said).toMatchObject({ open: true, passage: 'allow' });
  expect(said.because).toContain('freeze holiday lets the class rollback pass');
});

test('a hotfix is shut out until somebody overrides', () => {
  const said = evaluate([endless], '2026-10-22T20:00:00Z', { actionClass: 'hotfix' });
  expect(said).toMatchObject({ open: false, passage: 'ask' });
  expect(said.because).toContain('Somebody who may override it');
});

test('a rule that cannot be evaluated shuts and is named', () => {
  const said = evaluate(
    [aWindow({ zone: 'Nowhere/At_All', from: '2026-10-01T00:00' })],
    '2026-10-22T20:00:00Z',
  );
  expect(said).toMatchObject({ open: false, nextOpening: null, occurrences: [] });
  expect(said.because).toContain('window night cannot be evaluated');
});

test.each([
  ['the environment it names', { environment: 'production' }, false],
  ['another environment', { environment: 'staging' }, true],
  ['no environment at all', {}, false],
])('a scoped freeze asked about %s', (_, about, open) => {
  const freeze = { ...endless, scope: production };
  expect(evaluate([freeze], '2026-10-22T20:00:00Z', { about }).open).toBe(open);
});

test('occurrences of all rules are listed in order, with the marks of clock changes', () => {
  const early = aFreeze(
    { zone: 'Europe/Berlin', start: '2026-03-28T02:30', rrule: 'FREQ=DAILY', duration: '1h' },
    { id: 'early' },
  );
  const { occurrences } = evaluate([night, early], '2026-03-29T00:00:00Z');
  expect(occurrences.map(({ ruleId, kind, start, marks }) => [ruleId, kind, start, marks])).toEqual([
    ['early', 'freeze', '2026-03-29T01:30:00.000Z', ['shifted']],
    ['early', 'freeze', '2026-03-30T00:30:00.000Z', []],
    ['night', 'window', '2026-03-30T20:00:00.000Z', []],
    ['night', 'window', '2026-03-31T20:00:00.000Z', []],
  ]);
});
