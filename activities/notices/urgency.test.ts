import { expect, test } from '@jest/globals';
import { urgencyOf } from './urgency.ts';

test.each([
  [['confirmation'], 'soon'],
  [['released'], 'soon'],
  [['confirmation', 'ended'], 'soon'],
  [['approvalRequest'], 'now'],
  [['held'], 'now'],
  [['confirmation', 'reminder'], 'now'],
] as const)('mail of the kinds %j goes %s', (kinds, when) => {
  expect(urgencyOf(kinds)).toBe(when);
});
