import { expect, test } from '@jest/globals';
import { evaluatePostponed } from './evaluate.ts';

const delay = {
  by: 'ana',
  as: 'approver' as const,
  at: '2026-11-26T09:00:00.000Z',
  until: '2026-11-26T17:00:00.000Z',
  reason: 'support is away',
};

test('a delay waits until its end, says who set it and why, and who may lift it', () => {
  expect(evaluatePostponed([delay], '2026-11-26T16:59:59.999Z')).toEqual({
    kind: 'waiting',
    because:
      'Postponed by ana until Thu 26 Nov 17:00 UTC: “support is away”. ana, the owner or a release manager may lift it.',
    until: delay.until,
  });
});

test('it has nothing to say at its end, when lifted, and where nobody delayed anything', () => {
  expect(evaluatePostponed([delay], delay.until)).toBeUndefined();
  const lifted = { ...delay, lifted: { at: delay.at, by: 'ana' } };
  expect(evaluatePostponed([lifted], delay.at)).toBeUndefined();
  expect(evaluatePostponed(undefined, delay.at)).toBeUndefined();
});
