import { describe, expect, test } from '@jest/globals';
import { BurnRateSchema, CompareErrorsSchema, CompareSchema } from '../policy/metric-rules.schema.ts';
import { judgeBurnRate, spansOf, type WindowCount } from './burn-rate.ts';
import { judgeComparison } from './compare.ts';
import { judgeErrors } from './compare-errors.ts';
import { judgeEvidence } from './evidence.ts';
import { judgeMeasured } from './metric.ts';
import { metricsDuring } from './places.ts';
import { requestsToClaim } from './sizes.ts';

const once = { look: 1, looks: 1 };
const minutes = (count: number): number => count * 60_000;

describe('the burn rate', () => {
  const rule = BurnRateSchema.parse({ slo: 0.999 });
  /** The same share of bad requests in every window, 100 requests a second. */
  const evenly =
    (share: number, perSecond = 100) =>
    (spanMs: number): WindowCount => ({
      bad: (spanMs / 1000) * perSecond * share,
      total: (spanMs / 1000) * perSecond,
    });

  test.each([
    ['14.4 times fails', 0.0144, 'failed', /14\.4/],
    ['6 times over six hours fails', 0.006, 'failed', /limit is 6$/],
    ['3 times over a day asks people', 0.003, 'inconclusive', /limit is 3$/],
    ['1 time over three days is a notice', 0.001, 'passed', /^notice: .*limit is 1$/],
    ['less is healthy', 0.0009, 'passed', /^burns the budget 0\.9 times/],
  ])('%s', (_, share, verdict, because) => {
    expect(judgeBurnRate(rule, evenly(share))).toMatchObject({
      verdict,
      because: expect.stringMatching(because),
    });
  });

  test('is asked over the time since the version has traffic, where that is shorter', () => {
    expect(spansOf(rule, minutes(10))).toEqual([minutes(5), minutes(10)]);
    const asked: number[] = [];
    const judged = judgeBurnRate(
      rule,
      (spanMs) => {
        asked.push(spanMs);
        return evenly(0.007)(spanMs);
      },
      minutes(10),
    );
    expect(Math.max(...asked)).toBe(minutes(10));
    expect(judged).toMatchObject({
      verdict: 'failed',
      because: expect.stringContaining('over 10 min, 7 over 10 min'),
    });
  });

  test('of which one window has too few requests is judged by the other rules, and says so', () => {
    const counts = (spanMs: number): WindowCount =>
      spanMs <= minutes(5) ? { bad: 0, total: 250 } : { bad: 0, total: 5000 };
    expect(judgeBurnRate(rule, counts)).toMatchObject({
      verdict: 'passed',
      because: expect.stringContaining('1 of 4 rules had too few requests'),
    });
  });

  test('that passes on few requests says how many a claim would need', () => {
    const counts = (): WindowCount => ({ bad: 0, total: 400 });
    expect(judgeBurnRate(rule, counts).because).toContain('2995 without error');
  });

  test.each([
    ['nothing known', undefined, 'noData'],
    ['no requests', { bad: 0, total: 0 }, 'noData'],
    ['no number', { bad: Number.NaN, total: 1000 }, 'noData'],
    ['more bad than all', { bad: 20, total: 10 }, 'error'],
    ['twenty of forty: an outage', { bad: 20, total: 40 }, 'failed'],
    ['nineteen of nineteen: too few to call it one', { bad: 19, total: 19 }, 'noData'],
    ['twenty of forty-one', { bad: 20, total: 41 }, 'noData'],
  ])('with %s: %j is %s', (_, counts, verdict) => {
    expect(judgeBurnRate(rule, () => counts).verdict).toBe(verdict);
  });
});

describe('a comparison', () => {
  const rule = CompareSchema.parse({ baseline: 'concurrent' });
  const baseline = Array.from({ length: 60 }, (_, index) => 100 + index);
  const times = (factor: number) => baseline.map((value) => value * factor);
  const judge = (over: object, candidate: number[], against = baseline, at = once) =>
    judgeComparison({ ...rule, ...over }, { candidate, baseline: against }, at);

  test.each([
    ['more is harm', {}, 1.4, 'failed'],
    ['less is none', {}, 0.7, 'passed'],
    ['less is harm', { harm: 'down' as const }, 0.7, 'failed'],
    ['more is none', { harm: 'down' as const }, 1.4, 'passed'],
    ['both ways, more', { harm: 'both' as const }, 1.4, 'failed'],
    ['both ways, less', { harm: 'both' as const }, 0.7, 'failed'],
    ['both ways, alike', { harm: 'both' as const }, 1, 'passed'],
    ['down by less than the limit', { harm: 'down' as const }, 0.9, 'passed'],
  ])('where %s: %j, %d times, is %s', (_, over, factor, verdict) => {
    expect(judge(over, times(factor)).verdict).toBe(verdict);
  });

  test('both ways has half of alpha for each', () => {
    expect(judge({ harm: 'both' }, times(1.4)).statistics).toMatchObject({ alphaAtLook: 0.01, harm: 'up' });
  });

  test('shows where the effect lies', () => {
    const { statistics, because } = judge({}, times(1.4));
    const { interval, effect = 0 } = statistics?.rule === 'compare' ? statistics : {};
    expect(interval?.[0]).toBeLessThan(effect);
    expect(interval?.[1]).toBeGreaterThan(effect);
    expect(because).toMatch(
      /^harm found: 1\.4 times the baseline \(1\.\d+ to 1\.\d+\), limit 1\.2; p .* against 0\.02; n 60 and 60$/,
    );
  });

  test('leaves out what is no number, and trusts nothing where that is more than a fifth', () => {
    const nan = (count: number) => [...times(1.4).slice(count), ...Array<number>(count).fill(Number.NaN)];
    expect(judge({ minSamples: 48 }, nan(12))).toMatchObject({
      verdict: 'failed',
      statistics: { n: 48, left: { candidate: 12 } },
    });
    expect(judge({ minSamples: 10 }, nan(13))).toMatchObject({
      verdict: 'inconclusive',
      because: expect.stringContaining('13 of 60'),
    });
  });

  test('counts infinity as the largest value', () => {
    const hung = [...times(1).slice(0, 20), ...Array<number>(40).fill(Infinity)];
    expect(judge({}, hung)).toMatchObject({ verdict: 'failed', statistics: { measure: 'share' } });
    expect(judge({}, times(1), hung).verdict).toBe('passed');
  });

  test('needs samples of both sides', () => {
    expect(judge({}, [])).toMatchObject({ value: null, verdict: 'inconclusive' });
    expect(judge({}, [1], [0])).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('a comparison of errors', () => {
  const rule = CompareErrorsSchema.parse({ baseline: 'concurrent' });
  const side = (errors: number, requests: number) => ({ errors, requests });

  test.each([
    ['rare and surely more, however little', side(9, 20_000), side(0, 20_000), 'failed'],
    ['common, surely more, but below the limit', side(11_500, 100_000), side(10_000, 100_000), 'passed'],
    ['common, surely more, and above the limit', side(13_000, 100_000), side(10_000, 100_000), 'failed'],
    ['common, above the limit, perhaps chance', side(26, 1000), side(20, 1000), 'inconclusive'],
    ['only the new version fails', side(40, 1000), side(0, 1000), 'failed'],
    ['no requests', side(0, 0), side(2, 1000), 'inconclusive'],
    ['more errors than requests', side(5, 4), side(0, 100), 'error'],
  ])('%s', (_, candidate, baseline, verdict) => {
    expect(judgeErrors(rule, { candidate, baseline }, once).verdict).toBe(verdict);
  });

  test('takes what a source extrapolates to the nearest whole', () => {
    expect(
      judgeErrors(rule, { candidate: side(4.6, 999.7), baseline: side(2.2, 1000.1) }, once).statistics,
    ).toMatchObject({
      candidate: side(5, 1000),
      baseline: side(2, 1000),
    });
  });
});

describe('declared looks', () => {
  const metric = {
    compare: CompareSchema.parse({ baseline: 'concurrent', looks: 3 }),
    onNoData: 'inconclusive' as const,
  };
  const harmless = Array.from({ length: 60 }, (_, index) => 100 + index);
  const samples = (candidate: number[]) => ({ kind: 'samples' as const, candidate, baseline: harmless });

  test.each([
    ['nothing found', samples(harmless), 1, 'running'],
    ['nothing found, at the last', samples(harmless), 3, 'passed'],
    ['harm', samples(harmless.map((value) => value * 2)), 1, 'failed'],
    ['too few', samples([1]), 2, 'running'],
    ['too few, at the last', samples([1]), 3, 'inconclusive'],
    ['no answer yet', { kind: 'noData' as const, because: 'no series' }, 1, 'running'],
    ['no answer at the last', { kind: 'noData' as const, because: 'no series' }, 3, 'noData'],
    ['a broken source', { kind: 'error' as const, because: '503' }, 1, 'error'],
    ['another kind of answer', { kind: 'windows' as const, windows: [] }, 1, 'error'],
  ])('%s: look %#', (_, evidence, look, verdict) => {
    expect(judgeEvidence(metric, evidence, look).verdict).toBe(verdict);
  });

  test('with onNoData: fail nothing of the new version at the last look is a failure', () => {
    const strict = { ...metric, onNoData: 'fail' as const };
    expect(judgeEvidence(strict, samples([]), 3).verdict).toBe('failed');
    expect(judgeEvidence(strict, samples([]), 2).verdict).toBe('running');
    expect(judgeEvidence(strict, samples([1]), 3).verdict).toBe('inconclusive');
  });

  test.each([
    ['', false, 'running'],
    ['rr', false, 'running'],
    ['rrP', false, 'passed'],
    ['rF', false, 'failed'],
    ['rrI', false, 'inconclusive'],
    ['rN', false, 'inconclusive'],
    ['rEE', false, 'running'],
    ['EEEEE', false, 'error'],
    ['rr', true, 'inconclusive'],
    ['', true, 'inconclusive'],
  ])('after "%s", ended %s, the metric is %s', (letters, isEnded, phase) => {
    const verdicts = {
      r: 'running',
      P: 'passed',
      F: 'failed',
      I: 'inconclusive',
      N: 'noData',
      E: 'error',
    } as const;
    const taken = [...letters].map((letter) => ({ verdict: verdicts[letter as 'r'], because: 'so' }));
    const settings = { maxFailures: 1, maxInconclusive: 3, maxErrors: 5 };
    expect(judgeMeasured({ ...metric, ...settings }, taken, isEnded).phase).toBe(phase);
  });
});

test.each([
  [0.05, 59],
  [0.01, 299],
  [0.005, 598],
  [0.001, 2995],
])('to claim fewer than %d takes %d requests without an error', (share, requests) => {
  expect(requestsToClaim(share)).toBe(requests);
});

describe('a metric is measured', () => {
  const compare = (baseline: 'concurrent' | 'previous') => ({
    compare: CompareSchema.parse({ baseline }) as never,
  });
  test.each([
    ['between steps and during the soak', {}, ['steps 10', 'steps 100', 'soak 100']],
    ['where it says', { during: ['before' as const, 'soak' as const] }, ['before 0', 'soak 100']],
    ['as long as the old version runs beside it', compare('concurrent'), ['steps 10']],
    ['also later where it says so', { ...compare('concurrent'), during: ['soak' as const] }, ['soak 100']],
    [
      'against what ran before, whenever it has traffic',
      compare('previous'),
      ['steps 10', 'steps 100', 'soak 100'],
    ],
  ])('%s', (_, metric, places) => {
    const all = [
      ['before', 0],
      ['steps', 10],
      ['steps', 100],
      ['soak', 100],
    ] as const;
    expect(
      all
        .filter(([place, weight]) => metricsDuring([metric], place, weight).length > 0)
        .map((one) => one.join(' ')),
    ).toEqual(places);
  });
});
