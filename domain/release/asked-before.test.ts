import { expect, test } from '@jest/globals';
import { aSnapshot } from '../../test/support/a-snapshot.ts';
import { aStage, qaRule } from '../../test/support/release-world.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { askedBefore, type Request } from './asked-before.ts';
import type { StagePlan } from './plan.ts';
import type { Change, ReleaseView } from './release.ts';

const request = (over: Partial<Request> = {}): Request => ({
  releaseId: 'rel_1',
  title: 'shop 1.4.0',
  plan: aStage({ rules: [qaRule] }),
  ...over,
});
const changes = (...titles: string[]): ReleaseView['changes'] => ({
  count: titles.length,
  breaking: 0,
  truncated: false,
  top: titles.map((title): Change => ({
    ...{ commit: title, kind: 'fix', title, author: 'Ben' },
    at: '2026-06-01T08:00:00.000Z',
  })),
});

test('asked again about the same, because it was delayed beyond the deadline: the reason, and that nothing is another', () => {
  const closedBecause = 'the release was delayed until Thu 26 Nov 17:00 UTC';
  expect(askedBefore(request({ closedBecause }), request())).toEqual({
    because: `People are asked again because ${closedBecause}.`,
    difference: [],
  });
});

test('a band that rose shows points, the factors that weigh more, what blocks it and who is asked because of it', () => {
  const owners = { people: ['sam'], atLeast: 1, not: [] };
  const atRisk = (snapshot: RiskSnapshot, rules: StagePlan['rules'] = [qaRule]) =>
    request({
      closedBecause: 'its risk rose from 26 points, moderate, to 42 points, high.',
      plan: aStage({
        rules,
        risk: {
          ...{ rule: { bands: { moderate: 20, high: 40, veryHigh: 60 }, needsReleaseManagerFrom: 60 } },
          snapshot,
          ownRules: [qaRule],
        },
      }),
    });
  const before = aSnapshot({ migration: 18, size: 8 });
  const blocker = {
    id: 'previousArtifactGone' as const,
    because: 'Nothing to go back to.',
    remedy: 'Push it.',
  };
  const after = aSnapshot({ migration: 18, size: 12, history: 12, blockers: [blocker] });
  expect(askedBefore(atRisk(before), atRisk(after, [qaRule, owners]))).toEqual({
    because: 'People are asked again because its risk rose from 26 points, moderate, to 42 points, high.',
    difference: [
      { part: 'Risk', before: '26 points, moderate', after: '42 points, high' },
      { part: 'Risk, size', before: '8: size was looked at.', after: '12: size was looked at.' },
      { part: 'Risk, history', before: '0: history was looked at.', after: '12: history was looked at.' },
      { part: 'Blockers', before: 'none', after: 'Nothing to go back to.' },
      { part: 'Asked because of the risk', before: 'nobody', after: '1 of sam' },
    ],
  });
});

test('a release that takes the place of another shows its versions and the changes that nobody was shown', () => {
  const [component] = aStage().components;
  const plan = aStage({
    subjectDigest: 'e'.repeat(64),
    rules: [qaRule],
    components: [{ ...component!, version: '1.5.0' }],
  });
  const older = request({ changes: changes('a', 'b'), closedBecause: 'shop 1.5.0 takes its place' });
  const newer = request({ releaseId: 'rel_2', title: 'shop 1.5.0', plan, changes: changes('b', 'c', 'd') });
  expect(askedBefore(older, newer)).toEqual({
    because: 'shop 1.5.0 takes the place of shop 1.4.0, about which people were asked before.',
    difference: [
      { part: 'Versions', before: 'shop from 1.3.0 to 1.4.0', after: 'shop from 1.3.0 to 1.5.0' },
      { part: 'Changes', before: '2', after: '3; new: c, by Ben; d, by Ben' },
    ],
  });
});

test('only the changes are others: the list of new ones stands in place of a word that they differ', () => {
  const plan = aStage({ subjectDigest: 'e'.repeat(64), rules: [qaRule] });
  const older = request({ changes: changes('a') });
  const many = changes('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const { difference } = askedBefore(older, request({ releaseId: 'rel_2', plan, changes: many }));
  expect(difference).toEqual([
    { part: 'Changes', before: '1', after: expect.stringMatching(/^7; new: b, .*; f, by Ben and 1 more$/) },
  ]);
  const unknown = askedBefore(request(), request({ plan }));
  expect(unknown.difference).toMatchObject([{ part: 'Changes', before: 'another list' }]);
});

test('another build of the same version is named by its digest', () => {
  const [component] = aStage().components;
  const build = (digest: string, subjectDigest: string) =>
    request({
      plan: aStage({ subjectDigest, rules: [qaRule], components: [{ ...component!, digest }] }),
    });
  const [was, is] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
  const { difference } = askedBefore(build(was, 'd'.repeat(64)), build(is, 'e'.repeat(64)));
  expect(difference).toMatchObject([
    {
      part: 'Versions',
      before: expect.stringContaining(was.slice(0, 23)),
      after: expect.stringContaining(is.slice(0, 23)),
    },
  ]);
});
