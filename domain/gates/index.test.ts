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
