import { expect, test } from '@jest/globals';
import { aStage, qaRule, steps } from '../../test/support/release-world.ts';
import { planDifference } from './plan-difference.ts';

const other = { subjectDigest: 'e'.repeat(64) };
const before = aStage({ rules: [qaRule] });

test('the same subject has no difference', () => {
  expect(planDifference(before, aStage({ rules: [] }))).toEqual([]); // the digest decides
});

test('what differs is shown before and after, part by part', () => {
  const after = aStage({
    ...other,
    rules: [{ ...qaRule, atLeast: 2 }],
    deploy: steps([10, '5m'], [100, '0s']),
  });
  expect(planDifference(before, after)).toEqual([
    { part: 'Rollout', before: '100 % of traffic', after: '10, 100 % of traffic; 5 min after 10 %' },
    { part: 'Approvals', before: '1 of qa, within 3 d', after: '2 of qa, within 3 d' },
  ]);
});

test('another version shows both, and what a rollback would bring back', () => {
  const [component] = before.components;
  const after = aStage({ ...other, rules: [qaRule], components: [{ ...component!, version: '1.5.0' }] });
  expect(planDifference(before, after)).toEqual([
    { part: 'Versions', before: 'shop from 1.3.0 to 1.4.0', after: 'shop from 1.3.0 to 1.5.0' },
  ]);
});

test('another exclusion of a rule is told, which its short words leave out', () => {
  const open = aStage({ ...other, rules: [{ ...qaRule, not: [] }] });
  expect(planDifference(before, open)).toEqual([
    {
      part: 'Approvals',
      before: '1 of qa (not author)',
      after: '1 of qa (nobody is barred)',
    },
  ]);
});

test('where the words are the same it says that settings differ, and where the plan is, that the changes do', () => {
  const backed = aStage({ ...other, rules: [{ ...qaRule, backup: { people: ['ben'] } }] });
  expect(planDifference(before, backed)).toMatchObject([
    { after: '1 of qa, within 3 d (with other settings)' },
  ]);
  expect(planDifference(before, aStage({ ...other, rules: [qaRule] }))).toMatchObject([{ part: 'Changes' }]);
});
