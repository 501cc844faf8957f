import type { Regression, RegressionView } from './regression.ts';

/** How long a regression that is over may come back as the one that is known; milliseconds (docs/gates/regression.md). */
const flappingMs = 4 * 3_600_000;

/** Whether it stands, or has stood until lately. */
export const isShown = ({ overAt }: RegressionView, now: string): boolean =>
  overAt === undefined || Date.parse(now) - Date.parse(overAt) < flappingMs;

/**
 * The regression among those that are known that this one is: the same incident that stands; or what a watch has measured of the same metrics
 * of the same version in the same place, come back within a short time. People who knew the one know the other.
 */
export function knownAs(
  regression: Regression,
  known: readonly RegressionView[],
  now: string,
): RegressionView | undefined {
  return known.find(
    (one) =>
      isShown(one, now) &&
      (one.overAt === undefined ? one.incident === regression.incident : isSameMeasured(one, regression)),
  );
}

const isSameMeasured = (one: Regression, other: Regression): boolean =>
  one.source === 'watch' &&
  other.source === 'watch' &&
  one.service === other.service &&
  one.version === other.version &&
  one.environment === other.environment &&
  wordsOf(one) === wordsOf(other);

/** The words of a watch without what it has measured: names that hold digits stay as they are, so `p95` is never `p99`. */
const wordsOf = ({ title }: Regression): string =>
  title.replace(/(?<![\w.-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w-])/g, '#');
