/**
 * The differences candidate − baseline of all pairs, by rank: `at(1)` is the smallest. Both sides sorted upwards, neither empty,
 * without NaN. Nothing is laid out: each rank costs some dozens of walks along both sides, so that ten thousand values a side stay cheap.
 */
export function pairDifferences(
  candidate: readonly number[],
  baseline: readonly number[],
): { count: number; at: (rank: number) => number; median: number } {
  const count = candidate.length * baseline.length;
  const at = (rank: number): number => select(candidate, baseline, Math.min(Math.max(rank, 1), count));
  const lower = at(Math.floor((count + 1) / 2));
  const upper = count % 2 === 1 ? lower : at(count / 2 + 1);
  return { count, at, median: lower === upper ? lower : lower + (upper - lower) / 2 };
}

/** The middle of sorted values; NaN of none. */
export function medianOf(sorted: readonly number[]): number {
  const middle = Math.floor((sorted.length - 1) / 2);
  const [lower, upper] = [sorted[middle] ?? NaN, sorted[sorted.length - 1 - middle] ?? NaN];
  return lower === upper ? lower : lower + (upper - lower) / 2;
}

/** Equal infinities differ by nothing. */
const difference = (c: number, b: number): number => (c === b ? 0 : c - b);

/**
 * The difference of this rank, by halving the range in which it lies: how many differences are at most a value takes one walk
 * along both sides. Both ends are always differences that occur, so the answer is exact and not a limit that is neared.
 */
function select(candidate: readonly number[], baseline: readonly number[], rank: number): number {
  const [n, m] = [candidate.length, baseline.length];
  let low = difference(candidate[0] as number, baseline[m - 1] as number);
  let high = difference(candidate[n - 1] as number, baseline[0] as number);
  while (low < high) {
    const found = upTo(candidate, baseline, between(low, high));
    if (found.count >= rank) high = found.largest;
    else low = found.next;
  }
  return low;
}

/** A value from the lower end up to below the upper one, also where one or both are infinite. */
function between(low: number, high: number): number {
  const from = Math.max(low, -Number.MAX_VALUE);
  const middle = from / 2 + Math.min(high, Number.MAX_VALUE) / 2;
  return middle < high && middle >= low ? middle : low;
}

/** How many differences are at most `value`, the largest of them, and the smallest of the others. */
function upTo(
  candidate: readonly number[],
  baseline: readonly number[],
  value: number,
): { count: number; largest: number; next: number } {
  const m = baseline.length;
  let [count, largest, next] = [0, -Infinity, Infinity];
  // the larger the candidate, the fewer of the baseline are far enough above
  let first = 0;
  for (const c of candidate) {
    while (first < m && difference(c, baseline[first] as number) > value) first += 1;
    count += m - first;
    if (first < m) largest = Math.max(largest, difference(c, baseline[first] as number));
    if (first > 0) next = Math.min(next, difference(c, baseline[first - 1] as number));
  }
  return { count, largest, next };
}
