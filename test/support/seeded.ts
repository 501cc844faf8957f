/** Seed of this run: GANTRY_TEST_SEED repeats an earlier one. Tests put it into their titles. */
export const testSeed = Number(process.env['GANTRY_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Evenly spread numbers from 0 up to but not including 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
