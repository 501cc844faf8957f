import { formatDuration } from '../../policy/duration.ts';
import type { Verdict } from '../../verdict.ts';

/** How checks are sampled, all from the opening of the gate. Milliseconds. */
export interface SamplingSettings {
  /** Before the first sample. */
  delayMs: number;
  intervalMs: number;
  /** How long all samples must have been good. */
  minSuccessMs: number;
  /** From then on nothing is sampled any more. */
  timeoutMs: number;
}

/** All checks asked at one instant. */
export interface Sample {
  at: string;
  /** All of them passed, or had a waiver, in this very sample. */
  isGood: boolean;
  /** Which did not, and why; absent in a good sample. */
  because?: string;
}

/** What is kept of all samples: no more than the next one and the verdict hang on. */
export interface SamplingFacts {
  openedAt: string;
  taken: number;
  /** First of the good samples in a row that the last one ends; absent where that was not good. */
  goodSince?: string;
  last?: Sample;
}

export const addSample = ({ openedAt, taken, goodSince }: SamplingFacts, sample: Sample): SamplingFacts => ({
  openedAt,
  taken: taken + 1,
  ...(sample.isGood ? { goodSince: goodSince ?? sample.at } : {}),
  last: sample,
});

/** `open` stays so, `timedOut` ends the release. */
export interface SamplingAnswer {
  phase: 'waiting' | 'open' | 'timedOut';
  verdict: Verdict;
}

/**
 * Settings with which the gate could open at all (semantics §3, "Sampling"): else it would be a wall, and is refused when
 * the policy is saved.
 */
export const canOpen = ({ delayMs, intervalMs, minSuccessMs, timeoutMs }: SamplingSettings): boolean =>
  timeoutMs > delayMs + intervalMs * Math.ceil(minSuccessMs / intervalMs);

/** Most samples that these settings allow. */
export const mostSamples = ({ delayMs, intervalMs, timeoutMs }: SamplingSettings): number =>
  Math.max(0, Math.ceil((timeoutMs - delayMs) / intervalMs));

/** When the next sample is due, in epoch milliseconds; undefined where that would be at the time-out or later. */
export function nextSampleAt(settings: SamplingSettings, facts: SamplingFacts): number | undefined {
  const opened = Date.parse(facts.openedAt);
  const next = opened + settings.delayMs + settings.intervalMs * facts.taken;
  return next < opened + settings.timeoutMs ? next : undefined;
}

/**
 * Opens at the first sample that ends a row of good ones at least `minSuccess` long. A good sample beside a bad one counts
 * for nothing: all checks must be good in the same one.
 */
export function evaluateSampling(
  settings: SamplingSettings,
  facts: SamplingFacts,
  now: string,
): SamplingAnswer {
  const { minSuccessMs, timeoutMs } = settings;
  const { last, goodSince } = facts;
  const goodMs = last && goodSince !== undefined ? Date.parse(last.at) - Date.parse(goodSince) : undefined;
  if (goodMs !== undefined && goodMs >= minSuccessMs) return opened(goodMs);
  const endsAt = Date.parse(facts.openedAt) + timeoutMs;
  const next = nextSampleAt(settings, facts);
  const why = last?.because ?? 'no sample was taken';
  if (Date.parse(now) >= endsAt || (next === undefined && last !== undefined))
    return {
      phase: 'timedOut',
      verdict: {
        kind: 'denied',
        because: `The sampled checks were not good for ${formatDuration(minSuccessMs)} within ${formatDuration(timeoutMs)}; at last: ${why}.`,
        remedy: 'Mend what the checks look at, and start a new release of the same version.',
      },
    };
  const progress =
    last === undefined
      ? 'The sampled checks have not been asked yet'
      : goodMs === undefined
        ? `The last sample was not good: ${why}`
        : `All sampled checks have been good for ${formatDuration(goodMs)} of ${formatDuration(minSuccessMs)}`;
  return {
    phase: 'waiting',
    verdict: {
      kind: 'waiting',
      because: `${progress}.`,
      until: new Date(next ?? endsAt).toISOString(),
    },
  };
}

const opened = (goodMs: number): SamplingAnswer => ({
  phase: 'open',
  verdict: {
    kind: 'allowed',
    because:
      goodMs === 0
        ? 'All sampled checks were good in the same sample.'
        : `All sampled checks were good for ${formatDuration(goodMs)}.`,
  },
});
