import { durationMs, formatDuration } from '../policy/duration.ts';
import type { BurnRate, BurnRule } from '../policy/metric-rules.schema.ts';
import type { Measurement } from './measurement.ts';
import { requestsToClaim } from './sizes.ts';
import type { BurnStatistics, BurnWindow } from './statistics.ts';
import { percent, reachesLimit, shortNumber } from './tolerance.ts';

/** Requests of one window. What Prometheus extrapolates need not be whole. */
export interface WindowCount {
  bad: number;
  total: number;
}

/** What is known of the last `spanMs`; undefined where nothing is. */
export type CountsIn = (spanMs: number) => WindowCount | undefined;

const LEAST_BAD = 5;
const OUTAGE = { bad: 20, share: 0.5 };

/**
 * The burn rate rule (semantics §6.2): a rule fires where both of its windows reach its rate, each has enough requests and the
 * short one at least five bad ones. Windows are cut to `exposureMs`, since before it the version had no traffic. Where the
 * shortest window is mostly errors, at least twenty, that is an outage whatever the numbers are. No rule can be judged: no data.
 */
export function judgeBurnRate(settings: BurnRate, countsIn: CountsIn, exposureMs = Infinity): Measurement {
  const { slo, minRequests } = settings;
  const look = (duration: string): BurnWindow & { usable: boolean } => {
    const spanMs = Math.min(durationMs(duration), exposureMs);
    const counts = countsIn(spanMs);
    const window = { seconds: Math.round(spanMs / 1000) };
    if (!counts || !(counts.total >= 0) || !(counts.bad >= 0)) return { ...window, usable: false };
    const burn = counts.total > 0 ? counts.bad / counts.total / (1 - slo) : undefined;
    return {
      ...window,
      ...counts,
      ...(burn === undefined ? {} : { burn }),
      usable: counts.total >= minRequests,
    };
  };
  const rules = settings.rules.map((rule) => judgeRule(rule, look(rule.long), look(rule.short)));
  const statistics: BurnStatistics = { rule: 'burnRate', slo, rules, needed: requestsToClaim(1 - slo) };
  return { ...conclude(statistics, minRequests), statistics };
}

type Looked = BurnWindow & { usable: boolean };
type JudgedRule = BurnStatistics['rules'][number];

function judgeRule({ rate, verdict }: BurnRule, long: Looked, short: Looked): JudgedRule {
  const reaches = ({ burn }: BurnWindow): boolean => burn !== undefined && reachesLimit(burn, rate);
  const fires = reaches(long) && reaches(short) && reachesLimit(short.bad ?? 0, LEAST_BAD);
  const state = !long.usable || !short.usable ? 'noData' : fires ? 'fires' : 'quiet';
  return { rate, verdict, state, long: withoutUse(long), short: withoutUse(short) };
}

const withoutUse = ({ seconds, bad, total, burn }: Looked): BurnWindow => ({
  seconds,
  ...(bad === undefined ? {} : { bad }),
  ...(total === undefined ? {} : { total }),
  ...(burn === undefined ? {} : { burn }),
});

function conclude({ rules, slo, needed }: BurnStatistics, minRequests: number): Measurement {
  const windows = rules.flatMap(({ long, short }) => [long, short]);
  const impossible = windows.find(({ bad = 0, total = 0 }) => !reachesLimit(total, bad));
  if (impossible) {
    const because = `${shortNumber(impossible.bad ?? 0)} of ${shortNumber(impossible.total ?? 0)} requests are said to be bad, which cannot be`;
    return { value: null, verdict: 'error', because };
  }
  const value = highest(rules);
  const shortest = rules.map(({ short }) => short).sort((a, b) => a.seconds - b.seconds)[0];
  if (shortest && isOutage(shortest))
    return {
      value,
      verdict: 'failed',
      because: `an outage: ${counted(shortest)} bad in the last ${spanWords(shortest)}`,
    };
  const fired = (['failed', 'inconclusive', 'notice'] as const)
    .map((verdict) => rules.find((rule) => rule.state === 'fires' && rule.verdict === verdict))
    .find((rule) => rule !== undefined);
  if (fired) {
    const because = `${burnWords(fired)}, the limit is ${fired.rate}`;
    if (fired.verdict === 'notice') return { value, verdict: 'passed', because: `notice: ${because}` };
    return { value, verdict: fired.verdict, because };
  }
  const judged = rules.filter(({ state }) => state === 'quiet');
  const [nearest] = judged;
  if (!nearest)
    return {
      value: null,
      verdict: 'noData',
      because: `${tooFew(rules)}; each window needs ${minRequests} requests`,
    };
  const most = Math.max(...judged.map(({ long }) => long.total ?? 0));
  const few =
    most < needed
      ? `; ${shortNumber(most)} requests, while ${needed} without error would show fewer than ${percent(1 - slo)} bad`
      : '';
  const open =
    judged.length < rules.length
      ? `; ${rules.length - judged.length} of ${rules.length} rules had too few requests`
      : '';
  return { value, verdict: 'passed', because: `${burnWords(nearest)}${few}${open}` };
}

const isOutage = ({ bad = 0, total = 0 }: BurnWindow): boolean =>
  reachesLimit(bad, OUTAGE.bad) && reachesLimit(bad, total * OUTAGE.share);

/** The rate that would just have fired, of the rules that could be judged; null where none could. */
function highest(rules: readonly JudgedRule[]): number | null {
  const rates = rules.flatMap(({ state, long, short }) =>
    state === 'noData' || long.burn === undefined || short.burn === undefined
      ? []
      : [Math.min(long.burn, short.burn)],
  );
  return rates.length > 0 ? Math.max(...rates) : null;
}

const counted = ({ bad = 0, total = 0 }: BurnWindow): string =>
  `${shortNumber(bad)} of ${shortNumber(total)}`;

const spanWords = ({ seconds }: BurnWindow): string => formatDuration(seconds * 1000);

const burnWords = ({ short, long }: JudgedRule): string =>
  `burns the budget ${shortNumber(short.burn ?? 0)} times as fast as planned over ${spanWords(short)}, ${shortNumber(long.burn ?? 0)} over ${spanWords(long)}`;

function tooFew(rules: readonly JudgedRule[]): string {
  const known = rules.flatMap(({ short, long }) => [short, long]).filter(({ total }) => total !== undefined);
  const [first] = known.sort((a, b) => (b.total ?? 0) - (a.total ?? 0));
  return first ? `${counted(first)} bad in ${spanWords(first)}` : 'no requests were counted';
}

/** The spans that the rule asks about, in milliseconds, each once, shortest first. */
export function spansOf({ rules }: Pick<BurnRate, 'rules'>, exposureMs: number): number[] {
  const spans = rules.flatMap(({ long, short }) => [durationMs(long), durationMs(short)]);
  return [...new Set(spans.map((span) => Math.min(span, exposureMs)))].sort((a, b) => a - b);
}
