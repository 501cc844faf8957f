import { expect, test } from '@jest/globals';
import { ruleStandsAlready } from './rule-told.ts';

const nameOf = (id: string) => ({ ana: 'Ana Lopez', ben: 'Ben Okoro' })[id] ?? id;
const rule = {
  createdBy: 'ana',
  createdAt: '2026-11-24T10:04:00.000Z',
  rule: { reason: 'orders are lost' },
};
const lifted = { ...rule, retired: { by: 'ben', at: '2026-11-24T11:00:00.000Z', reason: 'found it' } };

test.each([
  [
    'stopped',
    rule,
    { kind: 'freeze' as const, given: 'I saw it, too' },
    'It is stopped already, by Ana Lopez since Tue 24 Nov 10:04 UTC: “orders are lost”. Nothing has changed, and the reason that you give now is not recorded.',
  ],
  [
    'lifted',
    lifted,
    { kind: 'freeze' as const, given: 'found it' },
    'It is lifted already, by Ben Okoro since Tue 24 Nov 11:00 UTC: “found it”. Nothing has changed.',
  ],
  [
    'removed',
    lifted,
    { kind: 'window' as const, given: undefined },
    'It is removed already, by Ben Okoro since Tue 24 Nov 11:00 UTC: “found it”. Nothing has changed.',
  ],
])('what is %s says by whom, since when and why', (_, story, o, words) => {
  expect(ruleStandsAlready(story, { ...o, nameOf })).toBe(words);
});
