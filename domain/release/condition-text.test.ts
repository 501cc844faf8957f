import { expect, test } from '@jest/globals';
import { conditionIn } from './condition-text.ts';

test.each([
  ['ana@production: write the runbook', { owner: 'ana', before: 'production', title: 'write the runbook' }],
  [
    'web@eu-1, 2026-12-01T17:00: tell: support',
    { owner: 'web', before: 'eu-1', due: '2026-12-01T17:00', title: 'tell: support' },
  ],
  ['Ana@Production: call the shops', { owner: 'ana', before: 'production', title: 'call the shops' }],
  ['ana@production,+48h:  do it ', { owner: 'ana', before: 'production', due: '+48h', title: 'do it' }],
])('%s', (text, condition) => {
  expect(conditionIn(text)).toEqual(condition);
});

test.each(['write the runbook', 'ana: do it', '@production: do it', 'ana@production:', 'ana@production'])(
  '"%s" is no condition',
  (text) => {
    expect(conditionIn(text)).toBeUndefined();
  },
);
