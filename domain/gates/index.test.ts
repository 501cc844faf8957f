import { expect, test } from '@jest/globals';
import { aBallot, aRule } from '../../test/support/a-ballot.ts';
import { evaluateGates, type GateFacts } from './index.ts';

const facts: GateFacts = {
  checks: [],
  approvals: aBallot([aRule(1, 'ana')]),
  lock: { environment: 'production', keys: ['shop'], granted: false },
};

test('every gate is asked, and a verdict keeps its beginning while its kind stays', () => {
  const first = evaluateGates(facts, [], '2026-11-26T09:00:00.000Z');
  expect(first.map(({ gate, kind }) => [gate, kind])).toEqual([
    ['checks', 'allowed'],
    ['approvals', 'needsPeople'],
    ['lock', 'waiting'],
  ]);
  const later = evaluateGates(
    { ...facts, lock: { ...facts.lock, granted: true } },
    first,
    '2026-11-26T09:30:00.000Z',
  );
  expect(later.map(({ gate, since }) => [gate, since])).toEqual([
    ['checks', '2026-11-26T09:00:00.000Z'],
    ['approvals', '2026-11-26T09:00:00.000Z'],
    ['lock', '2026-11-26T09:30:00.000Z'],
  ]);
});

test('the calendar’s rows stand where people look for them: dependencies first, windows and freezes before the lock', () => {
  const row = (gate: string) => ({ gate, kind: 'allowed' as const, because: 'It is so.' });
  const verdicts = evaluateGates(
    {
      ...facts,
      calendar: {
        at: '2026-11-26T09:00:00.000Z',
        verdicts: [row('schedule'), row('dependencies'), row('window'), row('freeze'), row('fit')],
        despite: [],
        zoneData: '2025b',
        revision: 1,
      },
    },
    [],
    '2026-11-26T09:00:00.000Z',
  );
  expect(verdicts.map(({ gate }) => gate)).toEqual([
    'dependencies',
    'checks',
    'approvals',
    'schedule',
    'window',
    'freeze',
    'fit',
    'lock',
  ]);
});
