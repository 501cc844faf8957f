import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fisherUpper } from './fisher.ts';
import { upperTail } from './normal.ts';
import { errorOfShare, rankTest } from './rank-test.ts';
import { medianOf, pairDifferences } from './shift.ts';

/** Equal to so many digits, however small both are. */
const expectNear = (actual: number, wanted: number, relative = 1e-11): void =>
  expect(Math.abs(actual - wanted) <= relative * Math.abs(wanted) ? wanted : actual).toBe(wanted);

// Reference values of this file: SciPy 1.17.1, `norm.sf`, `hypergeom.sf`, `mannwhitneyu(method="asymptotic")`.

describe('the upper tail of the normal distribution', () => {
  test.each([
    [-3, 0.9986501019683699],
    [-0.1, 0.539827837277029],
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145707],
    [2, 0.022750131948179195],
    [2.4999, 0.006211418374944587],
    [2.5, 0.006209665325776132],
    [3, 0.0013498980316300933],
    [5, 2.866515718791933e-7],
    [7.2, 3.010627981117422e-13],
    [10, 7.61985302416047e-24],
    [20, 2.7536241186061556e-89],
    [36, 4.182624065796808e-284],
  ])('above %d is %d', (z, wanted) => {
    expectNear(upperTail(z), wanted);
  });

  test('of nothing is nothing', () => {
    expect(upperTail(Number.NaN)).toBeNaN();
    expect(upperTail(Infinity)).toBe(0);
  });
});

describe('the exact test for errors', () => {
  test.each([
    [5, 1000, 2, 1000, 0.22615152158742835],
    [6, 40, 0, 40, 0.012773302646720363],
    [0, 40, 0, 40, 1],
    [3, 17, 9, 230, 0.040577422100463896],
    [2, 1000, 5, 1000, 0.9378282887325644],
    [7, 7, 0, 9, 8.741258741258743e-5],
    [120, 500_000, 20, 100_000, 0.2651852714060624],
    [15, 15, 3, 4, 0.21052631578947367],
    [1200, 1_000_000, 1000, 1_000_000, 1.0795513966870163e-5],
    [51_000, 30_000_000, 50_000, 30_000_000, 0.000827290561578705],
  ])('gives %d of %d against %d of %d p = %d', (errors, requests, before, of, p) => {
    // with tens of millions SciPy itself loses digits
    expectNear(fisherUpper({ errors, requests }, { errors: before, requests: of }), p, 1e-7);
  });

  test('adds up all tables that are as bad, for any small counts', () => {
    const side = fc
      .tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 25 }))
      .map(([errors, fine]) => ({ errors, requests: errors + fine }))
      .filter(({ requests }) => requests > 0);
    fc.assert(
      fc.property(side, side, (candidate, baseline) => {
        const p = fisherUpper(candidate, baseline);
        expect(Math.abs(p - byCounting(candidate, baseline))).toBeLessThan(1e-12);
      }),
    );
  });
});

/** The same from binomial coefficients. */
function byCounting(
  candidate: { errors: number; requests: number },
  baseline: { errors: number; requests: number },
): number {
  const choose = (n: number, k: number): number => {
    let value = k < 0 || k > n ? 0 : 1;
    for (let i = 0; i < Math.min(k, n - k) && value > 0; i += 1) value = (value * (n - i)) / (i + 1);
    return value;
  };
  const errors = candidate.errors + baseline.errors;
  const fine = candidate.requests + baseline.requests - errors;
  let p = 0;
  for (let x = candidate.errors; x <= Math.min(errors, candidate.requests); x += 1)
    p +=
      (choose(errors, x) * choose(fine, candidate.requests - x)) / choose(errors + fine, candidate.requests);
  return p;
}

describe('the rank test', () => {
  test.each([
    ['with ties', [2, 3, 4, 4, 5], [1, 2, 2, 3, 4], 19.5, 0.08129342536317746, 0.9464383003730799],
    [
      'with sides of different sizes',
      [3.5, 1.25, -2, 8, 8, 0.1, 7],
      [1, 1, 4, -3.5, 2.25],
      24,
      0.16408106300090614,
      0.8730219429547199,
    ],
  ])('%s', (_, candidate, baseline, u, larger, smaller) => {
    const found = rankTest(sorted(candidate), sorted(baseline));
    expect(found.u).toBe(u);
    expectNear(found.larger, larger);
    expectNear(found.smaller, smaller);
  });

  test('of one constant finds nothing', () => {
    expect(rankTest([7, 7], [7, 7, 7])).toEqual({ u: 3, deviation: 0, larger: 1, smaller: 1 });
  });

  test('the error of the share of pairs won is that of the shares of each value', () => {
    // shares of the candidate 1 and ½, of the baseline 0 and ½: each side √(0.125 / 2)
    expect(errorOfShare([2, 3], [1, 2.5])).toBeCloseTo(Math.sqrt(0.125), 12);
  });
});

describe('the differences of all pairs', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })), {
    minLength: 1,
    maxLength: 12,
  });

  test('are found by rank as if all were laid out', () => {
    fc.assert(
      fc.property(values, values, (some, others) => {
        const [candidate, baseline] = [sorted(some), sorted(others)];
        const all = sorted(candidate.flatMap((c) => baseline.map((b) => (c === b ? 0 : c - b))));
        const found = pairDifferences(candidate, baseline);
        expect(all.map((_, index) => found.at(index + 1) + 0)).toEqual(all.map((value) => value + 0));
        const median = medianOf(all);
        expect(Number.isNaN(median) ? 0 : found.median + 0).toBe(Number.isNaN(median) ? 0 : median + 0);
      }),
    );
  });

  test('of ten thousand values a side take no time to speak of', () => {
    const candidate = Array.from({ length: 10_000 }, (_, index) => index * 1.5);
    const baseline = Array.from({ length: 10_000 }, (_, index) => index);
    expect(pairDifferences(candidate, baseline).median).toBeCloseTo(2499.75, 1);
  });
});

const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
