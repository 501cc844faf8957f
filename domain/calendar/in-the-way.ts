import { holdingAt } from './intervals.ts';
import { openFacts } from './open.ts';
import type { CalendarRule } from './model.ts';

const day = 86_400_000;

/**
 * Rules that shut at `now` and that an override would let a release pass, freezes first: every freeze that holds, and of the windows in
 * scope, where none is open, one, since one override is enough for all of them. A rule that nobody can read is mended, not overridden.
 * @param now instant
 */
export function rulesInTheWay(
  o: Pick<Parameters<typeof openFacts>[0], 'rules' | 'target' | 'actionClass' | 'overrides'>,
  now: string,
): CalendarRule[] {
  const at = Date.parse(now);
  const { closings, windows, windowRules } = openFacts({ ...o, from: at, horizonMs: day });
  const freezes = closings
    .filter(({ intervals }) => holdingAt(intervals, at) !== undefined)
    .map(({ rule }) => rule);
  const isShutOut = windows !== undefined && holdingAt(windows, at) === undefined;
  return [...freezes, ...(isShutOut ? windowRules.slice(0, 1) : [])];
}
