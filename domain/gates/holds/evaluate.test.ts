import { expect, test } from '@jest/globals';
import { evaluateHolds } from './evaluate.ts';

const hold = {
  by: 'ana',
  reason: 'wait for the campaign',
  at: '2026-11-02T09:00:00.000Z',
  kind: 'person' as const,
};

test('without a hold the gate is open', () => {
  expect(evaluateHolds([])).toEqual({ kind: 'allowed', because: 'No hold is set.' });
});

test('a hold needs the person who set it, and says why it was set', () => {
  expect(evaluateHolds([hold])).toEqual({
    kind: 'needsPeople',
    because: 'Held by ana: wait for the campaign. Resume it to go on.',
    who: [{ rule: 'resume', candidates: ['ana'], seats: 1 }],
  });
});

test('several holds are counted, since several lifts may be needed', () => {
  expect(evaluateHolds([hold, { ...hold, by: 'ben' }]).because).toContain('(and 1 more)');
});

test('one without a reason says no more than whose it is', () => {
  expect(evaluateHolds([{ ...hold, reason: 'paused' }]).because).toBe('Held by ana. Resume it to go on.');
});
