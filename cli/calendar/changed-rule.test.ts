import { expect, test } from '@jest/globals';
import { changedRule, type RuleChange, type RuleEntry } from './changed-rule.ts';

const scope = { services: [], environments: ['production'], labels: [] };
const once: RuleEntry = {
  zone: 'Europe/Berlin',
  from: '2026-11-26T00:00',
  to: '2026-12-01T00:00',
  scope,
  reason: 'the sale',
  passage: { hotfix: 'allow' },
  inFlight: 'finish',
  maxHoldMs: 3_600_000,
};
const weekly: RuleEntry = {
  zone: 'Europe/Berlin',
  start: '2026-01-05T09:00',
  rrule: 'FREQ=WEEKLY;BYDAY=MO',
  duration: '7h',
  scope,
};
const reason = 'it sells well';
const kept = { zone: 'Europe/Berlin', scope, reason };
const rest = { inFlight: 'finish', maxHold: '3600s' };

test.each<[string, RuleEntry, Omit<RuleChange, 'reason'>, Record<string, unknown>]>([
  [
    'a later end leaves the rest',
    once,
    { to: '2026-12-03T00:00' },
    { ...kept, ...rest, from: once.from, to: '2026-12-03T00:00', actions: { hotfix: 'allow' } },
  ],
  [
    'without end',
    once,
    { withoutEnd: true },
    { ...kept, ...rest, from: once.from, actions: { hotfix: 'allow' } },
  ],
  [
    'other kinds that pass take the place of those that passed',
    once,
    { except: ['config'] },
    { ...kept, ...rest, from: once.from, to: once.to, except: ['config'] },
  ],
  [
    'services are narrowed, environments stay',
    weekly,
    { services: ['shop'] },
    {
      ...kept,
      start: weekly.start,
      rrule: weekly.rrule,
      duration: '7h',
      scope: { ...scope, services: ['shop'] },
    },
  ],
  [
    'a local end takes the place of a duration',
    weekly,
    { endLocal: '17:00' },
    { ...kept, start: weekly.start, rrule: weekly.rrule, endLocal: '17:00' },
  ],
  [
    'a single time takes the place of a recurrence',
    weekly,
    { from: '2026-12-01T09:00', to: '2026-12-01T12:00' },
    { ...kept, from: '2026-12-01T09:00', to: '2026-12-01T12:00' },
  ],
  [
    'a recurrence takes the place of a single time',
    once,
    { start: '2026-12-01T09:00', rrule: 'FREQ=DAILY', duration: '2h' },
    {
      ...kept,
      ...rest,
      start: '2026-12-01T09:00',
      rrule: 'FREQ=DAILY',
      duration: '2h',
      actions: { hotfix: 'allow' },
    },
  ],
  [
    'an end that does not go with a recurrence is not dropped in silence',
    weekly,
    { to: '2026-12-01T12:00' },
    { ...kept, start: weekly.start, rrule: weekly.rrule, duration: '7h', to: '2026-12-01T12:00' },
  ],
])('%s', (_, before, change, after) => {
  expect(changedRule(before, { ...change, reason })).toEqual(after);
});
