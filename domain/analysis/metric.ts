import type { Metric } from '../policy/metric.schema.ts';
import type { MetricPhase } from '../release/release.ts';
import { hasRule, looksOf, type Rules } from './evidence.ts';
import { lastTold } from './last-told.ts';
import type { Measurement, MeasurementVerdict } from './measurement.ts';

/** How a metric is decided. Limits are inclusive; `off` never decides. */
export type MetricSettings = Pick<
  Metric,
  'maxFailures' | 'maxInconclusive' | 'maxErrors' | 'passAfter' | 'count' | 'interval'
>;

/** What was measured of one metric, as far as its phase and the sentence beside it hang on it. */
type Measured = Pick<Measurement, 'verdict'> & Partial<Pick<Measurement, 'because' | 'value'>>;

/**
 * The phase of a metric after what was measured of it, in order. Where a rule judges, the sentence is that of the measurement that
 * decided, with its numbers; where a condition does, it ends with the last value that failed and its limit, or with why nothing could be told.
 */
export function judgeMeasured(
  metric: MetricSettings & Partial<Rules> & Partial<Pick<Metric, 'failWhen' | 'passWhen'>>,
  taken: readonly Measured[],
  terminated: boolean,
): { phase: MetricPhase; because: string } {
  const verdicts = taken.map(({ verdict }) => verdict);
  if (!hasRule(metric)) {
    const judged = judgeMetric(metric, verdicts, terminated);
    const last = lastTold(metric, taken, judged.phase);
    return last === undefined ? judged : { ...judged, because: `${judged.because}; ${last}` };
  }
  const looks = looksOf(metric);
  const judged = judgeMetric(looks === undefined ? metric : untilDecided(metric), verdicts, terminated);
  const last = taken.findLast(({ verdict }) => verdict === judged.phase) ?? taken.at(-1);
  if (last?.because === undefined) return judged;
  if (looks === undefined) return { ...judged, because: `${judged.because}; ${last.because}` };
  const isCutShort = judged.phase === 'inconclusive' && last.verdict === 'running';
  return {
    ...judged,
    because: isCutShort ? `ended before the last declared look; ${last.because}` : last.because,
  };
}

/** The first look that decides is the last; how many there may be is declared with the rule. */
const untilDecided = ({ maxErrors }: MetricSettings): MetricSettings => ({
  maxFailures: 1,
  maxInconclusive: 1,
  maxErrors,
  passAfter: 1,
  count: Number.POSITIVE_INFINITY,
});

/**
 * The phase of one metric after some measurements (semantics §6.1): the first row that matches. `terminated` says that no more
 * will be taken. A metric has also ended when `count` is reached, or after one measurement where neither `count` nor
 * `interval` is given; errors use up no count.
 */
export function judgeMetric(
  settings: MetricSettings,
  verdicts: readonly MeasurementVerdict[],
  terminated: boolean,
): { phase: MetricPhase; because: string } {
  const failed = countOf(verdicts, 'failed');
  const inconclusive = countOf(verdicts, 'inconclusive') + countOf(verdicts, 'noData');
  const passed = countOf(verdicts, 'passed');
  const errors = longestRun(verdicts, 'error');
  const finished = failed + inconclusive + passed;
  const passes = longestRun(verdicts, 'passed');

  if (reaches(failed, settings.maxFailures))
    return { phase: 'failed', because: `${measurements(failed)} failed${reached(settings.maxFailures)}` };
  if (reaches(errors, settings.maxErrors))
    return { phase: 'error', because: `${errors} errors in a row${reached(settings.maxErrors)}` };
  if (reaches(inconclusive, settings.maxInconclusive)) {
    return {
      phase: 'inconclusive',
      because: `${measurements(inconclusive)} could not tell${reached(settings.maxInconclusive)}`,
    };
  }
  if (settings.passAfter !== undefined && passes >= settings.passAfter)
    return { phase: 'passed', because: `${passes} passed in a row` };

  const count = settings.count ?? (settings.interval === undefined ? 1 : Number.POSITIVE_INFINITY);
  if (!terminated && finished < count)
    return { phase: 'running', because: `${passed} of ${finished} passed so far` };
  if (finished === 0) return { phase: 'inconclusive', because: 'nothing was measured' };
  if (settings.passAfter !== undefined) {
    return {
      phase: 'inconclusive',
      because: `at most ${passes} passed in a row, ${settings.passAfter} were wanted`,
    };
  }
  const isEnough = passed >= Math.max(1, Math.ceil(finished / 2));
  return { phase: isEnough ? 'passed' : 'inconclusive', because: `${passed} of ${finished} passed` };
}

const measurements = (count: number): string => `${count} measurement${count === 1 ? '' : 's'}`;
const reaches = (count: number, limit: number | 'off'): boolean => limit !== 'off' && count >= limit;
/** Inclusive: the one that reaches the limit decides, and whoever reads it is not to look for one beyond it. */
const reached = (limit: number | 'off'): string => `, which reaches the limit of ${limit}`;
const countOf = (verdicts: readonly MeasurementVerdict[], kind: MeasurementVerdict): number =>
  verdicts.filter((verdict) => verdict === kind).length;

/** The longest, not the latest run: whoever asks only now and then gets the answer that asking each time would have given. */
function longestRun(verdicts: readonly MeasurementVerdict[], kind: MeasurementVerdict): number {
  let longest = 0;
  let run = 0;
  for (const verdict of verdicts) {
    run = verdict === kind ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
