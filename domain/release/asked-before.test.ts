import { expect, test } from '@jest/globals';
import { aSnapshot } from '../../test/support/a-snapshot.ts';
import { aStage, qaRule } from '../../test/support/release-world.ts';
import type { RiskSnapshot } from '../risk/snapshot.ts';
import { askedBefore, ownVoteBefore, type Request } from './asked-before.ts';
import type { AskedChanges } from './changes-difference.ts';
import type { StagePlan } from './plan.ts';
import type { Change } from './release.ts';

const request = (over: Partial<Request> = {}): Request => ({
  releaseId: 'rel_1',
  title: 'shop 1.4.0',
  plan: aStage({ rules: [qaRule] }),
  ...over,
});
const changes = (...titles: string[]): AskedChanges => ({
  count: titles.length,
  list: titles.map((title): Change => ({
    ...{ commit: title, kind: 'fix', title, author: 'Ben' },
    at: '2026-06-01T08:00:00.000Z',
  })),
});

test('asked again about the same, because it was delayed beyond the deadline: the reason, and that nothing is another', () => {
  const closedBecause = 'the release was postponed until Thu 26 Nov 17:00 UTC';
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
      { part: 'Changes', before: '2', after: '3; new: c, by Ben; d, by Ben; no more: a, by Ben' },
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

test('planned anew on another version: changes that are new and those that are gone, of one release', () => {
  const closedBecause = 'another version came to run in production';
  const plan = aStage({ subjectDigest: 'e'.repeat(64), rules: [qaRule] });
  const before = request({ closedBecause, changes: changes('a', 'b') });
  expect(askedBefore(before, request({ plan, changes: changes('b') })).difference).toEqual([
    { part: 'Changes', before: '2', after: '1; no more: a, by Ben' },
  ]);
});

test('a list that was cut says nothing about what it lacks', () => {
  const plan = aStage({ subjectDigest: 'e'.repeat(64), rules: [qaRule] });
  const cut = { ...changes('a', 'b'), count: 400 };
  const { difference } = askedBefore(
    request({ changes: cut }),
    request({ plan, changes: changes('b', 'c') }),
  );
  expect(difference).toEqual([{ part: 'Changes', before: '400', after: '2; no more: a, by Ben' }]);
});

test('checks that are new, gone, or the same with other settings are named', () => {
  const [unit] = aStage().checks;
  const before = aStage({ rules: [qaRule], checks: [unit!, { ...unit!, id: 'e2e' }] });
  const after = aStage({
    ...{ subjectDigest: 'e'.repeat(64), rules: [qaRule] },
    checks: [
      { ...unit!, timeout: '3m' },
      { ...unit!, id: 'smoke' },
    ],
  });
  expect(askedBefore(request({ plan: before }), request({ plan: after })).difference).toEqual([
    { part: 'Checks', before: 'unit, e2e', after: 'unit, smoke (unit with other settings)' },
  ]);
});

test.each([
  ['open', undefined, 'People were asked about shop 1.4.0 for production before, and it may still start.'],
  [
    'approved',
    undefined,
    'People were asked about shop 1.4.0 for production before; that was approved and has not been deployed so far.',
  ],
  [
    'rejected',
    'Ana rejected it: carts are lost.',
    'People were asked about shop 1.4.0 for production before; that was rejected and was not deployed: Ana rejected it: carts are lost.',
  ],
  [
    'expired',
    undefined,
    'People were asked about shop 1.4.0 for production before; that expired and was not deployed.',
  ],
])(
  'beside another release whose request is %s it says how that ended, and names it',
  (state, why, because) => {
    const older = request({ state, ...(why === undefined ? {} : { closedBecause: why }) });
    const newer = request({ releaseId: 'rel_2', title: 'shop 1.5.0' });
    expect(askedBefore(older, newer, false)).toMatchObject({ because, beside: 'shop 1.4.0' });
  },
);

test('a reader who had voted is told so, and that it does not count; another one is told nothing', () => {
  const votes = [{ person: 'ana', choice: 'approve' as const, at: '2026-06-01T09:00:00.000Z' }];
  const when = (at: string) => at.slice(0, 10);
  const again = askedBefore(request({ votes }), request());
  expect(ownVoteBefore(again, 'ana', when)).toBe(
    'You approved it then, on 2026-06-01; for this you decide anew.',
  );
  expect(ownVoteBefore(again, 'ben', when)).toBeUndefined();
  const rejected = votes.map((vote) => ({ ...vote, choice: 'reject' as const }));
  const beside = askedBefore(request({ votes: rejected }), request({ releaseId: 'rel_2' }), false);
  expect(ownVoteBefore(beside, 'ana', when)).toBe(
    'You rejected shop 1.4.0, on 2026-06-01; for this you decide anew.',
  );
});
