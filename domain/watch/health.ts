/** What one look at a released version said. `unknown`: the metrics could not tell. */
export type Sample = 'good' | 'bad' | 'unknown';

/** How a released version stands. `inconclusive`: nobody can tell any more. */
export const healths = ['healthy', 'regressed', 'inconclusive'] as const;
export type Health = (typeof healths)[number];

/** The samples so far, as far as the next one hangs on them. JSON-safe: it travels from run to run of a watch. */
export interface HealthState {
  health: Health;
  /** Equal samples in a row up to now. */
  runs: { good: number; bad: number; unknown: number };
  /** Samples that counted, and how many of them were good. */
  samples: number;
  good: number;
}

/** So many equal samples in a row change how it stands: one that flickers tells nobody (semantics §8, W3). */
export const samplesThatDecide = 2;

/** A release that has just passed its soak: healthy until two samples say otherwise. */
export const openingHealth = (): HealthState => ({
  health: 'healthy',
  runs: { good: 0, bad: 0, unknown: 0 },
  samples: 0,
  good: 0,
});

/**
 * Takes one sample in; `changed` says what it has become, and is absent where it stays what it was. A sample that could not
 * tell ends a run of good ones, but no run of bad ones, and a regression is only ended by good ones: a source that is away
 * must not make a version look well.
 */
export function afterSample(before: HealthState, sample: Sample): { state: HealthState; changed?: Health } {
  const { good, bad, unknown } = before.runs;
  const runs = {
    good: sample === 'good' ? good + 1 : 0,
    bad: sample === 'bad' ? bad + 1 : sample === 'good' ? 0 : bad,
    unknown: sample === 'unknown' ? unknown + 1 : 0,
  };
  const health = healthAfter(before.health, runs);
  const state: HealthState = {
    health,
    runs,
    samples: before.samples + 1,
    good: before.good + (sample === 'good' ? 1 : 0),
  };
  return health === before.health ? { state } : { state, changed: health };
}

function healthAfter(health: Health, runs: HealthState['runs']): Health {
  if (runs.bad >= samplesThatDecide) return 'regressed';
  if (runs.good >= samplesThatDecide) return 'healthy';
  if (runs.unknown >= samplesThatDecide && health === 'healthy') return 'inconclusive';
  return health;
}

/** How a watch ended (semantics §8, "Result"). */
export const watchResults = [...healths, 'superseded'] as const;
export type WatchResult = (typeof watchResults)[number];

/** What the samples come to when no more are taken: without a single good one nobody knows that it was well. */
export const resultOf = ({ health, good }: HealthState): Health =>
  health === 'healthy' && good === 0 ? 'inconclusive' : health;
