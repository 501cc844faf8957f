import { judgeComparison } from '../../domain/analysis/compare.ts';
import { judgeErrors } from '../../domain/analysis/compare-errors.ts';
import type { Measurement } from '../../domain/analysis/measurement.ts';
import type { Compare } from '../../domain/policy/metric-rules.schema.ts';
import {
  autocorrelated,
  exponential,
  lognormal,
  normal,
  pareto,
  seeded,
  withSpikes,
  type Draw,
} from './traffic.ts';

export interface Share {
  failed: number;
  inconclusive: number;
}
export interface Row {
  name: string;
  /** Where both versions are alike, and where the new one is worse by the regression. */
  same: Share;
  worse: Share;
}

interface Course {
  runs: number;
  size: number;
  regression: number;
}

/** Verdict on one simulated release whose new version is worse by the factor. */
type Play = (random: () => number, factor: number) => Measurement['verdict'];

/** What the same rule does elsewhere: other distributions, and traffic that breaks its assumptions. */
export function judgeTable(settings: Compare, course: Course): Row[] {
  const compared = (candidate: number[], baseline: number[], over: Partial<Compare> = {}) =>
    judgeComparison({ ...settings, ...over }, { candidate, baseline }, { look: 1, looks: 1 }).verdict;
  const drawn = (draw: Draw, size: number, random: () => number, factor = 1): number[] =>
    Array.from({ length: size }, () => factor * draw(random));
  const of =
    (draw: Draw, size = course.size, over: Partial<Compare> = {}): Play =>
    (random, factor) =>
      compared(drawn(draw, size, random, factor), drawn(draw, size, random), over);
  const usual = lognormal(0.8);
  const plays: Record<string, Play> = {
    'normal, deviation 20 %': of(normal(20)),
    'lognormal, σ 0.5': of(lognormal(0.5)),
    'lognormal, σ 0.8': of(usual),
    'lognormal, σ 1.0': of(lognormal(1)),
    exponential: of(exponential),
    'heavy tail (Pareto 1.5)': of(pareto(1.5)),
    'spikes: 5 % of values ten times as large, both sides': of(withSpikes(usual, 0.05, 10)),
    'spikes on the new version only': (random, factor) =>
      compared(
        drawn(withSpikes(usual, 0.05, 10), course.size, random, factor),
        drawn(usual, course.size, random),
      ),
    'both drift upwards by 50 %, side by side': (random, factor) =>
      compared(
        drifted(drawn(usual, course.size, random, factor), 0, 0.5),
        drifted(drawn(usual, course.size, random), 0, 0.5),
      ),
    'drift of 25 % against what ran before (previous)': (random, factor) =>
      compared(
        drifted(drawn(usual, course.size, random, factor), 0.25, 0.5),
        drifted(drawn(usual, course.size, random), 0, 0.25),
      ),
    '50 samples a side': of(usual, 50),
    '20 samples a side, minSamples 10': of(usual, 20, { minSamples: 10 }),
    '30 samples a side, below minSamples': of(usual, 30),
    'autocorrelation 0.3': correlated(0.3),
    'autocorrelation 0.6': correlated(0.6),
    'autocorrelation 0.9': correlated(0.9),
    'four declared looks': looked(4),
    'four looks, each with all of alpha (not offered)': looked(4, true),
    'errors 0.1 % of 2,000 requests': failing(0.001, 2_000),
    'errors 0.1 % of 20,000 requests': failing(0.001, 20_000),
    'errors 0.1 % of 200,000 requests': failing(0.001, 200_000),
  };
  return Object.entries(plays).map(([name, play], index) => ({
    name,
    same: shareOf(play, course.runs, seeded(1000 + index), 1),
    worse: shareOf(play, course.runs, seeded(2000 + index), course.regression),
  }));

  function correlated(phi: number): Play {
    return (random, factor) =>
      compared(
        autocorrelated(0.8, phi, course.size, random).map((value) => factor * value),
        autocorrelated(0.8, phi, course.size, random),
      );
  }

  /** Looks while the samples come in; `undivided` shows what dividing alpha is good for. */
  function looked(looks: number, undivided = false): Play {
    return (random, factor) => {
      const candidate = drawn(usual, course.size, random, factor);
      const baseline = drawn(usual, course.size, random);
      for (let look = 1; look <= looks; look += 1) {
        const size = Math.floor((course.size * look) / looks);
        const { verdict } = judgeComparison(
          { ...settings, looks, alpha: settings.alpha * (undivided ? looks : 1) },
          { candidate: candidate.slice(0, size), baseline: baseline.slice(0, size) },
          { look, looks },
        );
        if (verdict === 'failed' || look === looks) return verdict;
      }
      return 'inconclusive';
    };
  }

  function failing(share: number, requests: number): Play {
    const errors = (random: () => number, of: number): number => {
      let count = 0;
      // from one error to the next, so that it takes no longer with more requests
      for (let at = gap(random, of); at <= requests; at += gap(random, of)) count += 1;
      return count;
    };
    const { baseline, maxIncrease, alpha, looks } = settings;
    const rule = { baseline, maxIncrease, alpha, looks };
    return (random, factor) =>
      judgeErrors(
        rule,
        {
          candidate: { errors: errors(random, share * factor), requests },
          baseline: { errors: errors(random, share), requests },
        },
        { look: 1, looks: 1 },
      ).verdict;
  }
}

const gap = (random: () => number, share: number): number =>
  1 + Math.floor(Math.log(1 - random()) / Math.log1p(-share));

/** The values with a factor that rises evenly from 1 + `from` to 1 + `to`. */
const drifted = (values: readonly number[], from: number, to: number): number[] =>
  values.map((value, index) => value * (1 + from + ((to - from) * index) / values.length));

function shareOf(play: Play, runs: number, random: () => number, factor: number): Share {
  const counts = { failed: 0, inconclusive: 0 };
  for (let index = 0; index < runs; index += 1) {
    const verdict = play(random, factor);
    if (verdict === 'failed' || verdict === 'inconclusive') counts[verdict] += 1;
  }
  return { failed: rounded(counts.failed / runs), inconclusive: rounded(counts.inconclusive / runs) };
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;
