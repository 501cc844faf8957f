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

export interface SamplingFacts {
  openedAt: string;
  /** In the order in which they were taken. */
  samples: readonly Sample[];
}

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
  const next = opened + settings.delayMs + settings.intervalMs * facts.samples.length;
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
  let since: number | undefined;
  for (const { at, isGood } of facts.samples) {
    if (!isGood) since = undefined;
    else {
      since ??= Date.parse(at);
      if (Date.parse(at) - since >= minSuccessMs) return opened(at, since);
    }
  }
  const last = facts.samples.at(-1);
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
      : since === undefined
        ? `The last sample was not good: ${why}`
        : `All sampled checks have been good for ${formatDuration(Date.parse(last.at) - since)} of ${formatDuration(minSuccessMs)}`;
  return {
    phase: 'waiting',
    verdict: {
      kind: 'waiting',
      because: `${progress}.`,
      until: new Date(next ?? endsAt).toISOString(),
    },
  };
}

const opened = (at: string, since: number): SamplingAnswer => ({
  phase: 'open',
  verdict: {
    kind: 'allowed',
    because:
      Date.parse(at) === since
        ? 'All sampled checks were good in the same sample.'
        : `All sampled checks were good for ${formatDuration(Date.parse(at) - since)}.`,
  },
});
