import type { Compare } from '../policy/metric-rules.schema.ts';
import { alphaAtLook, type Look } from './looks.ts';
import type { Measurement } from './measurement.ts';
import { Z_95 } from './normal.ts';
import { errorOfShare, rankTest } from './rank-test.ts';
import { medianOf, pairDifferences } from './shift.ts';
import type { CompareStatistics } from './statistics.ts';
import { fallsToLimit, reachesLimit, shortNumber, shortP } from './tolerance.ts';

/** Samples as they came; NaN where one was no number. */
export interface Samples {
  candidate: readonly number[];
  baseline: readonly number[];
}

/** A larger share of samples that are no numbers leaves nothing to trust. */
const MOST_LEFT_OUT = 0.2;
/** Where the baseline's median is 0 there is no ratio: the share of pairs that the candidate wins takes its place. */
const SHARE_LIMIT = 0.64;

/**
 * Compares samples with those of a baseline by the Mann–Whitney U test (semantics §6.3): harm is what is both unlikely by chance
 * and large enough to matter. Large but perhaps chance is inconclusive; no harm found is not a proof that both are equal.
 */
export function judgeComparison(settings: Compare, samples: Samples, at: Look): Measurement {
  const [candidate, baseline] = [usable(samples.candidate), usable(samples.baseline)];
  const [n, m] = [candidate.length, baseline.length];
  const left = { candidate: samples.candidate.length - n, baseline: samples.baseline.length - m };
  const counts: CompareStatistics = { rule: 'compare', n, m, left, look: at.look, looks: at.looks };
  // what can be computed is shown also where it must not decide
  const judged = n > 0 && m > 0 ? judgeSides(settings, candidate, baseline, counts, at) : undefined;
  const unsure = (because: string): Measurement => ({
    value: judged?.value ?? null,
    verdict: 'inconclusive',
    because,
    statistics: judged?.statistics ?? counts,
  });
  const isLeftOut = (out: number, all: readonly number[]): boolean => out > all.length * MOST_LEFT_OUT;
  if (isLeftOut(left.candidate, samples.candidate) || isLeftOut(left.baseline, samples.baseline))
    return unsure(
      `${left.candidate} of ${samples.candidate.length} and ${left.baseline} of ${samples.baseline.length} samples are no numbers; at most a fifth may be`,
    );
  if (!judged || Math.min(n, m) < settings.minSamples)
    return unsure(`too few samples: ${n} against ${m}, each side needs ${settings.minSamples}`);
  return judged;
}

const usable = (values: readonly number[]): number[] => [
  ...Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort(),
];

function judgeSides(
  settings: Compare,
  candidate: readonly number[],
  baseline: readonly number[],
  counts: CompareStatistics,
  at: Look,
): Measurement {
  const test = rankTest(candidate, baseline);
  const size = effectOf(candidate, baseline, test);
  const sides = settings.harm === 'both' ? (['up', 'down'] as const) : [settings.harm];
  const level = alphaAtLook(settings.alpha, at) / sides.length;
  const found = sides.map((harm) => {
    const p = harm === 'up' ? test.larger : test.smaller;
    const limit = limitOf(size.measure, harm, settings.maxIncrease);
    const isLarge = harm === 'up' ? reachesLimit(size.effect, limit) : fallsToLimit(size.effect, limit);
    return { harm, p, limit, isLarge, isSure: p < level };
  });
  const worst = found.toSorted((a, b) => gravity(b) - gravity(a) || a.p - b.p)[0];
  if (!worst) throw new Error('a comparison has at least one side that harms');
  const { harm, p, limit, isLarge, isSure } = worst;
  const statistics: CompareStatistics = {
    ...counts,
    u: test.u,
    p,
    alpha: settings.alpha,
    alphaAtLook: level,
    harm,
    measure: size.measure,
    effect: size.effect,
    limit,
    ...(size.interval.every(Number.isFinite) ? { interval: size.interval } : {}),
    ...mediansOf(candidate, baseline),
  };
  const verdict = isLarge ? (isSure ? 'failed' : 'inconclusive') : 'passed';
  const words = isLarge
    ? isSure
      ? 'harm found'
      : 'large, but perhaps chance'
    : isSure
      ? 'real but small'
      : 'no harm found';
  return { value: size.effect, verdict, because: `${words}: ${sentenceOf(statistics)}`, statistics };
}

/** JSON knows no infinity. */
function mediansOf(
  candidate: readonly number[],
  baseline: readonly number[],
): Pick<CompareStatistics, 'medians'> {
  const medians = { candidate: medianOf(candidate), baseline: medianOf(baseline) };
  return Object.values(medians).every(Number.isFinite) ? { medians } : {};
}

const gravity = ({ isLarge, isSure }: { isLarge: boolean; isSure: boolean }): number =>
  (isLarge ? 2 : 0) + (isSure ? 1 : 0);

function limitOf(measure: 'ratio' | 'share', harm: 'up' | 'down', maxIncrease: number): number {
  if (measure === 'share') return harm === 'up' ? SHARE_LIMIT : 1 - SHARE_LIMIT;
  return harm === 'up' ? maxIncrease : 1 / maxIncrease;
}

interface Effect {
  measure: 'ratio' | 'share';
  effect: number;
  interval: [number, number];
}

/** The ratio by the median of all differences (Hodges–Lehmann), with the interval that belongs to the test. */
function effectOf(
  candidate: readonly number[],
  baseline: readonly number[],
  test: { u: number; deviation: number },
): Effect {
  const scale = Math.abs(medianOf(baseline));
  const pairs = candidate.length * baseline.length;
  const share = test.u / pairs;
  if (scale > 0 && Number.isFinite(scale)) {
    const differences = pairDifferences(candidate, baseline);
    const rank = Math.max(1, Math.floor(pairs / 2 - Z_95 * test.deviation));
    const ratio = (difference: number): number => 1 + difference / scale;
    const effect = ratio(differences.median);
    if (Number.isFinite(effect))
      return {
        measure: 'ratio',
        effect,
        interval: [ratio(differences.at(rank)), ratio(differences.at(pairs + 1 - rank))],
      };
  }
  const isSpread = Math.min(candidate.length, baseline.length) > 1;
  const reach = isSpread ? Z_95 * errorOfShare(candidate, baseline) : 1;
  return {
    measure: 'share',
    effect: share,
    interval: [Math.max(0, share - reach), Math.min(1, share + reach)],
  };
}

function sentenceOf({
  measure,
  effect = NaN,
  interval,
  limit = NaN,
  p = NaN,
  alphaAtLook: level = NaN,
  n,
  m,
}: CompareStatistics): string {
  const range = interval ? ` (${shortNumber(interval[0])} to ${shortNumber(interval[1])})` : '';
  const size =
    measure === 'ratio'
      ? `${shortNumber(effect)} times the baseline${range}, limit ${shortNumber(limit)}`
      : `larger in ${shortNumber(effect)} of pairs${range}, limit ${shortNumber(limit)}`;
  return `${size}; p ${shortP(p)} against ${shortP(level)}; n ${n} and ${m}`;
}
