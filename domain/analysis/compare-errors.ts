import type { CompareErrors } from '../policy/metric-rules.schema.ts';
import { wilson } from '../risk/wilson.ts';
import { fisherUpper, type ErrorCount } from './fisher.ts';
import { alphaAtLook, type Look } from './looks.ts';
import type { Measurement } from './measurement.ts';
import { requestsToClaim } from './sizes.ts';
import type { ErrorStatistics } from './statistics.ts';
import { percent, reachesLimit, shortNumber, shortP } from './tolerance.ts';

/** Under so many expected events errors are rare, and any sure difference counts. */
const RARE = 10;
const LEAST_REQUESTS = 50;

export interface ErrorCounts {
  candidate: ErrorCount;
  baseline: ErrorCount;
}

/**
 * Compares how many requests failed on both sides by Fisher's exact test (semantics §6.3). Where errors are rare, a difference
 * that is unlikely by chance fails at any size; where they are common, it must also reach `maxIncrease`, as in any comparison.
 */
export function judgeErrors(settings: CompareErrors, counts: ErrorCounts, at: Look): Measurement {
  const { candidate, baseline } = { candidate: whole(counts.candidate), baseline: whole(counts.baseline) };
  const known: ErrorStatistics = {
    rule: 'compareErrors',
    candidate,
    baseline,
    look: at.look,
    looks: at.looks,
  };
  const wrong = [candidate, baseline].find(({ errors, requests }) => errors > requests);
  if (wrong)
    return {
      value: null,
      verdict: 'error',
      because: `${wrong.errors} of ${wrong.requests} requests are said to have failed, which cannot be`,
      statistics: known,
    };
  const p = fisherUpper(candidate, baseline);
  const level = alphaAtLook(settings.alpha, at);
  const all = candidate.requests + baseline.requests;
  const fewer = Math.min(candidate.requests, baseline.requests);
  const expected = all === 0 ? 0 : ((candidate.errors + baseline.errors) * fewer) / all;
  const ratio = candidate.errors / candidate.requests / (baseline.errors / baseline.requests);
  const ofCandidate = wilson(candidate.errors, candidate.requests);
  const ofBaseline = wilson(baseline.errors, baseline.requests);
  const statistics: ErrorStatistics = {
    ...known,
    p,
    alpha: settings.alpha,
    alphaAtLook: level,
    expected,
    ...(Number.isFinite(ratio) ? { effect: ratio } : {}),
    ...(expected < RARE ? {} : { limit: settings.maxIncrease }),
    ...(ofCandidate && ofBaseline
      ? {
          intervals: {
            candidate: [ofCandidate.low, ofCandidate.high],
            baseline: [ofBaseline.low, ofBaseline.high],
          },
        }
      : {}),
    ...(baseline.errors > 0 && baseline.errors < baseline.requests
      ? { needed: requestsToClaim(baseline.errors / baseline.requests) }
      : {}),
  };
  const judged = conclude(statistics, { isSure: p < level, ratio, fewer, maxIncrease: settings.maxIncrease });
  const value = candidate.requests > 0 ? candidate.errors / candidate.requests : null;
  return { value, ...judged, statistics };
}

function conclude(
  statistics: ErrorStatistics,
  {
    isSure,
    ratio,
    fewer,
    maxIncrease,
  }: { isSure: boolean; ratio: number; fewer: number; maxIncrease: number },
): Pick<Measurement, 'verdict' | 'because'> {
  const words = sentenceOf(statistics);
  const isRare = (statistics.expected ?? 0) < RARE;
  if (isRare && isSure) return { verdict: 'failed', because: `harm found: ${words}` };
  if (fewer < LEAST_REQUESTS)
    return {
      verdict: 'inconclusive',
      because: `too few requests, each side needs ${LEAST_REQUESTS}: ${words}`,
    };
  if (isRare) return { verdict: 'passed', because: `no harm found: ${words}${onFew(statistics)}` };
  const limited = `${words}, limit ${shortNumber(maxIncrease)} times`;
  if (!reachesLimit(ratio, maxIncrease))
    return { verdict: 'passed', because: `${isSure ? 'real but small' : 'no harm found'}: ${limited}` };
  return isSure
    ? { verdict: 'failed', because: `harm found: ${limited}` }
    : { verdict: 'inconclusive', because: `large, but perhaps chance: ${limited}` };
}

function sentenceOf({ candidate, baseline, p = NaN, alphaAtLook: level = NaN }: ErrorStatistics): string {
  return `${candidate.errors} of ${candidate.requests} failed, ${baseline.errors} of ${baseline.requests} before; p ${shortP(p)} against ${shortP(level)}`;
}

/** Passing on few requests is no claim, and says so. */
const onFew = ({ candidate, baseline, needed }: ErrorStatistics): string =>
  needed !== undefined && candidate.requests < needed
    ? `; ${needed} without error would show fewer than ${percent(baseline.errors / baseline.requests)}`
    : '';

/** What a source extrapolates need not be whole; what it counts is. */
const whole = ({ errors, requests }: ErrorCount): ErrorCount => ({
  errors: Math.round(errors),
  requests: Math.round(requests),
});
