/** `[start, end)` in epoch milliseconds; `end` may be Infinity. */
export interface Interval {
  start: number;
  end: number;
}

/** Union of intervals: sorted, without overlaps; touching ones are one (semantics §0, "Time"). */
export function merged(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const union: Interval[] = [];
  for (const { start, end } of sorted) {
    const last = union.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else union.push({ start, end });
  }
  return union;
}

/** The interval of a union that holds at `ms`. */
export const holdingAt = (union: readonly Interval[], ms: number): Interval | undefined => {
  const next = firstEndingAfter(union, ms);
  return next && next.start <= ms ? next : undefined;
};

/** The first interval of a union that begins after `ms`. */
export const firstAfter = (union: readonly Interval[], ms: number): Interval | undefined => {
  let [low, high] = [0, union.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((union[middle]?.start ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return union[low];
};

function firstEndingAfter(union: readonly Interval[], ms: number): Interval | undefined {
  let [low, high] = [0, union.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((union[middle]?.end ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return union[low];
}
