/** A number of 0 up to 1, the same ones for the same seed on every machine (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One value of a distribution. */
export type Draw = (random: () => number) => number;

/** By Box and Muller. */
export const gauss: Draw = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Latencies: the median is 100. */
export const lognormal =
  (sigma: number): Draw =>
  (random) =>
    100 * Math.exp(sigma * gauss(random));

export const normal =
  (deviation: number): Draw =>
  (random) =>
    100 + deviation * gauss(random);

export const exponential: Draw = (random) => -100 * Math.log(1 - random());

/** So heavy a tail that the variance is infinite below an index of 2. */
export const pareto =
  (index: number): Draw =>
  (random) =>
    100 * (1 - random()) ** (-1 / index);

/** A share of the values is larger by a factor, as while garbage is collected. */
export const withSpikes =
  (draw: Draw, share: number, factor: number): Draw =>
  (random) => {
    const value = draw(random);
    return random() < share ? value * factor : value;
  };

/** A series in which each value hangs together with the one before by `phi` (on the scale of the logarithm). */
export function autocorrelated(sigma: number, phi: number, size: number, random: () => number): number[] {
  let state = gauss(random);
  return Array.from({ length: size }, () => {
    state = phi * state + Math.sqrt(1 - phi * phi) * gauss(random);
    return 100 * Math.exp(sigma * state);
  });
}
