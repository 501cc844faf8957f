import { judgeComparison } from '../../domain/analysis/compare.ts';
import { judgeErrors } from '../../domain/analysis/compare-errors.ts';
import type { Measurement } from '../../domain/analysis/measurement.ts';
import type { Compare } from '../../domain/policy/metric-rules.schema.ts';
import { autocorrelated, exponential, lognormal, normal, pareto, withSpikes, type Draw } from './traffic.ts';

type Random = () => number;

/** Verdict on one simulated release whose new version is worse by the factor. */
export type Play = (random: Random, factor: number) => Measurement['verdict'];

/** The rule that judges, and how many samples each side has. */
export interface Scene {
  settings: Compare;
  size: number;
}

/** Other distributions, and traffic that breaks the assumptions of a rule, each by its name in the table. */
export const playsOn = (scene: Scene): Record<string, Play> => ({
  'normal, deviation 20 %': alike(scene, normal(20)),
  'lognormal, σ 0.5': alike(scene, lognormal(0.5)),
  'lognormal, σ 0.8': alike(scene, usual),
  'lognormal, σ 1.0': alike(scene, lognormal(1)),
  exponential: alike(scene, exponential),
  'heavy tail (Pareto 1.5)': alike(scene, pareto(1.5)),
  'spikes: 5 % of values ten times as large, both sides': alike(scene, spiky),
  'spikes on the new version only': drawnFrom(scene, spiky, usual),
  'both drift upwards by 50 %, side by side': drifting(scene, [0, 0.5], [0, 0.5]),
  'drift of 25 % against what ran before (previous)': drifting(scene, [0.25, 0.5], [0, 0.25]),
  '50 samples a side': alike({ ...scene, size: 50 }, usual),
  '20 samples a side, minSamples 10': alike(
    { settings: { ...scene.settings, minSamples: 10 }, size: 20 },
    usual,
  ),
  '30 samples a side, below minSamples': alike({ ...scene, size: 30 }, usual),
  'autocorrelation 0.3': correlated(scene, 0.3),
  'autocorrelation 0.6': correlated(scene, 0.6),
  'autocorrelation 0.9': correlated(scene, 0.9),
  'four declared looks': looked(scene, 4),
  'four looks, each with all of alpha (not offered)': looked(scene, 4, true),
  'errors 0.1 % of 2,000 requests': failing(scene, 0.001, 2_000),
  'errors 0.1 % of 20,000 requests': failing(scene, 0.001, 20_000),
  'errors 0.1 % of 200,000 requests': failing(scene, 0.001, 200_000),
});

const usual = lognormal(0.8);
const spiky = withSpikes(usual, 0.05, 10);

const compared = ({ settings }: Scene, candidate: number[], baseline: number[]): Measurement['verdict'] =>
  judgeComparison(settings, { candidate, baseline }, { look: 1, looks: 1 }).verdict;

const drawn = (draw: Draw, size: number, random: Random, factor = 1): number[] =>
  Array.from({ length: size }, () => factor * draw(random));

const drawnFrom =
  (scene: Scene, candidate: Draw, baseline: Draw): Play =>
  (random, factor) =>
    compared(scene, drawn(candidate, scene.size, random, factor), drawn(baseline, scene.size, random));

const alike = (scene: Scene, draw: Draw): Play => drawnFrom(scene, draw, draw);

type Drift = readonly [from: number, to: number];

const drifting =
  (scene: Scene, candidate: Drift, baseline: Drift): Play =>
  (random, factor) =>
    compared(
      scene,
      drifted(drawn(usual, scene.size, random, factor), candidate),
      drifted(drawn(usual, scene.size, random), baseline),
    );

/** The values with a factor that rises evenly from 1 + `from` to 1 + `to`. */
const drifted = (values: readonly number[], [from, to]: Drift): number[] =>
  values.map((value, index) => value * (1 + from + ((to - from) * index) / values.length));

const correlated =
  (scene: Scene, phi: number): Play =>
  (random, factor) =>
    compared(
      scene,
      autocorrelated(0.8, phi, scene.size, random).map((value) => factor * value),
      autocorrelated(0.8, phi, scene.size, random),
    );

/** Looks while the samples come in; `undivided` shows what dividing alpha is good for. */
const looked =
  ({ settings, size: all }: Scene, looks: number, undivided = false): Play =>
  (random, factor) => {
    const candidate = drawn(usual, all, random, factor);
    const baseline = drawn(usual, all, random);
    for (let look = 1; look <= looks; look += 1) {
      const size = Math.floor((all * look) / looks);
      const { verdict } = judgeComparison(
        { ...settings, looks, alpha: settings.alpha * (undivided ? looks : 1) },
        { candidate: candidate.slice(0, size), baseline: baseline.slice(0, size) },
        { look, looks },
      );
      if (verdict === 'failed' || look === looks) return verdict;
    }
    return 'inconclusive';
  };

function failing({ settings }: Scene, share: number, requests: number): Play {
  const { baseline, maxIncrease, alpha, looks } = settings;
  const rule = { baseline, maxIncrease, alpha, looks };
  return (random, factor) =>
    judgeErrors(
      rule,
      {
        candidate: { errors: errorsAmong(requests, random, share * factor), requests },
        baseline: { errors: errorsAmong(requests, random, share), requests },
      },
      { look: 1, looks: 1 },
    ).verdict;
}

/** Goes from one error to the next, so that it takes no longer with more requests. */
function errorsAmong(requests: number, random: Random, share: number): number {
  let count = 0;
  for (let at = gap(random, share); at <= requests; at += gap(random, share)) count += 1;
  return count;
}

const gap = (random: Random, share: number): number =>
  1 + Math.floor(Math.log(1 - random()) / Math.log1p(-share));
