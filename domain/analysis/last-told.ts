import type { Metric } from '../policy/metric.schema.ts';
import type { MetricPhase } from '../release/release.ts';
import type { Measurement, MeasurementVerdict } from './measurement.ts';
import { numberText } from './number-text.ts';

type Told = Pick<Measurement, 'verdict'> & Partial<Pick<Measurement, 'because' | 'value'>>;

/** The longest reason of a source that a sentence repeats, in characters. */
const longestReason = 160;

/** The verdicts that a phase comes from. A metric that measures on is asked only for what is wrong right now. */
const verdictsOf: Partial<Record<MetricPhase, readonly MeasurementVerdict[]>> = {
  failed: ['failed'],
  error: ['error'],
  inconclusive: ['failed', 'inconclusive', 'noData', 'error'],
};

/**
 * `the last: value 0.09, fails when value > 0.02`, or `the last: the source answers with 500`: what the last measurement that speaks against a
 * metric said, on one line. Undefined where none does.
 */
export function lastTold(
  metric: Partial<Pick<Metric, 'failWhen' | 'passWhen'>>,
  taken: readonly Told[],
  phase: MetricPhase,
): string | undefined {
  const newest = taken.at(-1);
  const verdicts = verdictsOf[phase];
  const last =
    verdicts === undefined
      ? phase === 'running' && newest?.verdict === 'error'
        ? newest
        : undefined
      : taken.findLast(({ verdict }) => verdicts.includes(verdict));
  const words = last && wordsOf(metric, last);
  return words === undefined ? undefined : `the last: ${words}`;
}

/** The value and its condition where one judged it; else the reason that the source gave. */
function wordsOf({ failWhen, passWhen }: Parameters<typeof lastTold>[0], last: Told): string | undefined {
  const { value = null, verdict, because } = last;
  const condition =
    verdict === 'failed' && failWhen !== undefined
      ? `fails when ${failWhen}`
      : passWhen === undefined
        ? undefined
        : `passes when ${passWhen}`;
  if (value !== null && verdict !== 'error' && condition !== undefined)
    return `value ${numberText(value)}, ${condition}`;
  return because === undefined ? undefined : onOneLine(because);
}

function onOneLine(text: string): string {
  const characters = Array.from(text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, ''));
  return characters.length <= longestReason
    ? characters.join('')
    : `${characters
        .slice(0, longestReason - 1)
        .join('')
        .trimEnd()}…`;
}
