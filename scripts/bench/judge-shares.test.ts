import { expect, test } from '@jest/globals';
import { judgedWith, judgeShares, standardError } from './judge-shares.ts';

/** As many as take a few seconds in Jest, where a look at `Math` is slow; `npm run bench -- judge` takes 10,000. */
const runs = 150;
const aim = 0.9;

test('analysis sends no more harmless releases back than it promises, and finds what is worse', () => {
  const { falseRollback, power, allowed } = judgeShares(runs);
  expect(allowed).toBeCloseTo(judgedWith.alpha + 3 * standardError(judgedWith.alpha, runs), 12);
  expect(falseRollback).toBeLessThanOrEqual(allowed);
  expect(power).toBeGreaterThanOrEqual(aim - 3 * standardError(aim, runs));
});
