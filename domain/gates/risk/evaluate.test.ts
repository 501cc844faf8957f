import { describe, expect, test } from '@jest/globals';
import { aSnapshot } from '../../../test/support/a-snapshot.ts';
import { usualBands } from '../../risk/score.ts';
import { evaluateRisk, isShutByDuty, refusedAhead, whyRiskVoids } from './evaluate.ts';

const now = '2026-11-26T09:00:00.000Z';
const rule = { bands: usualBands, needsReleaseManagerFrom: 60 };
const judged = (over: Parameters<typeof aSnapshot>[0], more: { refuseFrom?: number; first?: number } = {}) =>
  evaluateRisk(
    {
      rule: { ...rule, ...(more.refuseFrom === undefined ? {} : { refuseFrom: more.refuseFrom }) },
      snapshot: aSnapshot(over),
      firstWeights: [more.first ?? 10],
    },
    now,
  );

describe('the risk gate', () => {
  test('waits until something is known', () => {
    expect(evaluateRisk({ rule, firstWeights: [100] }, now)).toMatchObject({ kind: 'waiting' });
  });

  test('allows with points, band, and what adds most', () => {
    expect(judged({ size: 4, migration: 6, deps: 4, age: 2, reach: 6, rollback: 4 })).toEqual({
      kind: 'allowed',
      because: 'Risk is 26 points, moderate: migration 6, reach 6, size 4.',
    });
  });

  test('says how much is unknown', () => {
    expect(judged({ unknown: 'bugs' }).because).toBe(
      'Risk is 5 points, low: known bugs 5. 1 factor is unknown.',
    );
  });

  test('R7: denies for a hard blocker whatever the points, and shows them', () => {
    const blocker = {
      id: 'previousArtifactGone',
      because: 'Nothing to go back to.',
      remedy: 'Push it.',
    } as const;
    expect(judged({ deps: 1, reach: 3, blockers: [blocker] })).toEqual({
      kind: 'denied',
      because: 'Nothing to go back to. (4 points, low)',
      remedy: 'Push it.',
    });
  });

  test.each([
    [25, 'denied'],
    [26, 'denied'],
    [27, 'allowed'],
  ])('26 points where the stage refuses from %s on: %s', (refuseFrom, kind) => {
    expect(judged({ size: 12, migration: 14 }, { refuseFrom })).toMatchObject({ kind });
  });

  test.each([
    [39, 100, 'allowed'],
    [40, 10, 'allowed'],
    [40, 11, 'denied'],
    [40, 100, 'denied'],
  ])('%s points with a first step of %s %%: %s', (points, first, kind) => {
    expect(judged({ migration: points }, { first })).toMatchObject({ kind });
  });

  test('denies from high on where nobody knows the owners', () => {
    expect(judged({ migration: 40, rulesMissing: 'shop has no owner' })).toMatchObject({
      kind: 'denied',
      because: 'Risk is 40 points, high, so its owners must agree, and shop has no owner.',
    });
  });

  test('very high needs a way back that was gone lately', () => {
    expect(judged({ migration: 56, rollback: 4 })).toMatchObject({ kind: 'denied' });
    expect(judged({ migration: 60 })).toMatchObject({ kind: 'allowed' });
  });

  test('very high waits for the last working day of the week to end', () => {
    const weekEndsAt = '2026-11-27T23:00:00.000Z';
    expect(judged({ migration: 60, weekEndsAt })).toMatchObject({ kind: 'waiting', until: weekEndsAt });
    expect(judged({ migration: 60, weekEndsAt: now })).toMatchObject({ kind: 'allowed' });
    expect(judged({ migration: 59, weekEndsAt })).toMatchObject({ kind: 'allowed' });
  });
});

describe('what broken glass passes of risk', () => {
  const weekEndsAt = '2026-11-27T23:00:00.000Z';
  const blocker = {
    id: 'previousArtifactGone',
    because: 'Nothing to go back to.',
    remedy: 'Push it.',
  } as const;
  test.each([
    ['a wait for the week to end', { snapshot: aSnapshot({ migration: 60, weekEndsAt }) }, true],
    ['a first step that is too large', { snapshot: aSnapshot({ migration: 40 }), firstWeights: [100] }, true],
    ['nothing, where it allows', { snapshot: aSnapshot({ migration: 6 }) }, false],
    ['no hard blocker', { snapshot: aSnapshot({ migration: 60, weekEndsAt, blockers: [blocker] }) }, false],
    [
      'no limit of the policy',
      { snapshot: aSnapshot({ migration: 60, weekEndsAt }), rule: { ...rule, refuseFrom: 60 } },
      false,
    ],
    [
      'no doubt',
      {
        snapshot: aSnapshot({ migration: 60, weekEndsAt }),
        doubt: { because: 'The tracker is away.', until: now },
      },
      false,
    ],
    ['nothing that is not known yet', {}, false],
  ])('%s', (_, facts, expected) => {
    expect(isShutByDuty({ rule, firstWeights: [10], ...facts }, now)).toBe(expected);
  });
});

describe('what people agreed to', () => {
  test.each([
    ['A15', 26, 33, undefined],
    ['A15', 33, 41, 'its risk rose from 33 points, moderate, to 41 points, high'],
    ['a band down', 41, 33, undefined],
    ['the same', 41, 41, undefined],
  ])('%s: %s → %s points', (_, before, after, why) => {
    expect(whyRiskVoids(aSnapshot({ migration: before }), aSnapshot({ migration: after }))).toBe(why);
  });

  test('does not cover a new hard blocker', () => {
    const blocker = {
      id: 'previousArtifactGone',
      because: 'Nothing to go back to.',
      remedy: 'Push it.',
    } as const;
    const blocked = aSnapshot({ blockers: [blocker] });
    expect(whyRiskVoids(aSnapshot(), blocked)).toBe('it may not go on: Nothing to go back to.');
    expect(whyRiskVoids(blocked, blocked)).toBeUndefined();
  });
});

test('a release is refused ahead for what is known alone, never for what is unknown', () => {
  const facts = { rule, firstWeights: [50] };
  const sure = aSnapshot({ migration: 40 });
  expect(refusedAhead(sure, facts)).toMatch(
    /^Risk is 40 points, high, and the first rollout step gives .* Begin `deploy.steps`/,
  );
  expect(refusedAhead({ ...sure, measured: 39 }, facts)).toBeUndefined();
  expect(refusedAhead(sure, { ...facts, firstWeights: [10] })).toBeUndefined();
});

test('what cannot be assessed keeps the gate shut until it is tried again', () => {
  const doubt = { because: 'no worker answered.', until: '2026-11-26T09:05:00.000Z' };
  expect(evaluateRisk({ rule, snapshot: aSnapshot(), doubt, firstWeights: [10] }, now)).toEqual({
    kind: 'waiting',
    because: 'Cannot tell how risky it is: no worker answered.',
    until: doubt.until,
  });
});
