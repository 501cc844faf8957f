import { upperTail } from './normal.ts';

/** Mann–Whitney U of a candidate after a baseline. `u` counts the pairs in which the candidate is larger, ties by half. */
export interface RankTest {
  u: number;
  /** Standard deviation of U where both sides are alike, corrected for ties; 0 where all values are one. */
  deviation: number;
  /** One-sided p-values: that the candidate is not larger, and that it is not smaller. */
  larger: number;
  smaller: number;
}

/**
 * The test by normal approximation with tie and continuity correction (semantics §6.3). Both sides sorted upwards, neither
 * empty, without NaN; infinities count as the largest and smallest. One constant over both sides gives p = 1.
 */
export function rankTest(candidate: readonly number[], baseline: readonly number[]): RankTest {
  const [n, m] = [candidate.length, baseline.length];
  const { pairs, ties } = countPairs(candidate, baseline);
  const size = n + m;
  const variance = ((n * m) / 12) * (size + 1 - ties / (size * (size - 1)));
  const deviation = Math.sqrt(Math.max(0, variance));
  const p = (u: number): number => (deviation === 0 ? 1 : upperTail((u - (n * m) / 2 - 0.5) / deviation));
  return { u: pairs, deviation, larger: p(pairs), smaller: p(n * m - pairs) };
}

/** `ties` is Σ(t³ − t) over the groups of equal values of both sides. */
function countPairs(
  candidate: readonly number[],
  baseline: readonly number[],
): { pairs: number; ties: number } {
  let [c, b, pairs, ties] = [0, 0, 0, 0];
  while (c < candidate.length || b < baseline.length) {
    const value = Math.min(candidate[c] ?? Infinity, baseline[b] ?? Infinity);
    const [fromC, fromB] = [c, b];
    while (c < candidate.length && candidate[c] === value) c += 1;
    while (b < baseline.length && baseline[b] === value) b += 1;
    const [ofC, ofB] = [c - fromC, b - fromB];
    pairs += ofC * (fromB + ofB / 2);
    ties += (ofC + ofB) ** 3 - (ofC + ofB);
  }
  return { pairs, ties };
}

/**
 * How sure CLES = U / (n·m) is: its standard error from the spread of each value's own share of pairs won (DeLong). Sides as
 * above, at least two values each.
 */
export function errorOfShare(candidate: readonly number[], baseline: readonly number[]): number {
  const won = (of: readonly number[], over: readonly number[]): number => {
    const shares = sharesBelow(of, over);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    return shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1) / shares.length;
  };
  return Math.sqrt(won(candidate, baseline) + won(baseline, candidate));
}

/** For each value the share of the others that it exceeds, equal ones by half. */
function sharesBelow(values: readonly number[], others: readonly number[]): number[] {
  let [below, upTo] = [0, 0];
  return values.map((value) => {
    while (below < others.length && (others[below] as number) < value) below += 1;
    while (upTo < others.length && (others[upTo] as number) <= value) upTo += 1;
    return (below + upTo) / 2 / others.length;
  });
}
