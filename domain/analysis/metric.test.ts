import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeAnalysis } from './analysis.ts';
import type { MeasurementVerdict } from './measurement.ts';
import { judgeMeasured, judgeMetric, type MetricSettings } from './metric.ts';

const words: Record<string, MeasurementVerdict> = {
  P: 'passed',
  F: 'failed',
  I: 'inconclusive',
  N: 'noData',
  E: 'error',
};
const read = (letters: string): MeasurementVerdict[] =>
  [...letters].map((letter) => words[letter] ?? 'error');
const limits: MetricSettings = { maxFailures: 1, maxInconclusive: 3, maxErrors: 5, interval: '30s' };
const single: MetricSettings = { maxFailures: 1, maxInconclusive: 3, maxErrors: 5 };

describe('a metric', () => {
  test.each([
    ['F', { maxFailures: 1 }, '1 measurement failed, which reaches the limit of 1'],
    ['II', { maxInconclusive: 2 }, '2 measurements could not tell, which reaches the limit of 2'],
    ['EEEEE', {}, '5 errors in a row, which reaches the limit of 5'],
  ])(
    'says of %s that the limit is reached: the one that reaches it decides',
    (letters, settings, because) => {
      expect(judgeMetric({ ...limits, ...settings }, read(letters), false).because).toBe(because);
    },
  );

  test.each<[string, Partial<MetricSettings>, string, boolean, string]>([
    ['M1', {}, 'F', false, 'failed'],
    ['M2', { maxFailures: 3 }, 'FFP', false, 'running'],
    ['M2', { maxFailures: 3 }, 'FFF', false, 'failed'],
    ['M3', {}, 'IIPI', false, 'inconclusive'],
    ['M4', {}, 'IIIF', false, 'failed'],
    ['M5', {}, 'EEEEPE', false, 'running'],
    ['M6', {}, 'EEEEE', false, 'error'],
    ['M7, count 4', { count: 4 }, 'PPII', false, 'passed'],
    ['M7, count 3', { count: 3 }, 'PII', false, 'inconclusive'],
    ['M8', {}, '', true, 'inconclusive'],
    ['M9', { passAfter: 3, count: 5, maxFailures: 2 }, 'PPFPP', false, 'inconclusive'],
    ['M11 counts as inconclusive', {}, 'NNN', false, 'inconclusive'],
    ['passAfter reached', { passAfter: 3 }, 'PIPPP', false, 'passed'],
    ['errors use up no count', { count: 2 }, 'PEE', false, 'running'],
    ['errors alone until the end', {}, 'EE', true, 'inconclusive'],
    ['terminated early, half passed', {}, 'PI', true, 'passed'],
    [
      'limits switched off',
      { maxFailures: 'off', maxInconclusive: 'off', maxErrors: 'off' },
      'FFFIIIIEEEEEE',
      false,
      'running',
    ],
    ['limits switched off, nothing passed', { maxFailures: 'off' }, 'FF', true, 'inconclusive'],
  ])('%s: %o %s, terminated %s: %s', (_, settings, letters, terminated, phase) => {
    expect(judgeMetric({ ...limits, ...settings }, read(letters), terminated).phase).toBe(phase);
  });

  test('without count and interval is one measurement', () => {
    expect(judgeMetric(single, [], false).phase).toBe('running');
    expect(judgeMetric(single, ['passed'], false).phase).toBe('passed');
  });

  test('never passes on measurements none of which passed', () => {
    const unhealthy = fc.constantFrom<MeasurementVerdict>('failed', 'inconclusive', 'noData', 'error');
    fc.assert(
      fc.property(
        fc.array(unhealthy),
        fc.boolean(),
        fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
        (verdicts, ended, count) => {
          const settings: MetricSettings = {
            ...limits,
            maxFailures: 'off',
            maxInconclusive: 'off',
            maxErrors: 'off',
            ...(count ? { count } : {}),
          };
          expect(judgeMetric(settings, verdicts, ended).phase).not.toBe('passed');
        },
      ),
    );
  });
});

describe('the sentence of a metric', () => {
  const one = (verdict: MeasurementVerdict, value: number | null, because: string) => ({
    ...{ verdict, value, because },
  });
  const failed = one('failed', 0.09, '0.09: value > 0.02');
  const down = one('error', null, 'the source answers with 500;\n look into its log.');
  const empty = one('noData', null, 'no data');
  const fails = { failWhen: 'value > 0.02' };

  test.each([
    [
      'the last value that failed, and its limit',
      { ...fails, maxFailures: 2 },
      [failed, one('failed', 0.071_234, ''), one('passed', 0.01, '')],
      '2 measurements failed, which reaches the limit of 2; the last: value 0.07123, fails when value > 0.02',
    ],
    [
      'the condition that it did not pass',
      { passWhen: 'value < 1' },
      [one('failed', 3, '3: not value < 1')],
      '1 measurement failed, which reaches the limit of 1; the last: value 3, passes when value < 1',
    ],
    [
      'why no data counts as failed',
      fails,
      [one('failed', null, 'no data')],
      '1 measurement failed, which reaches the limit of 1; the last: no data',
    ],
    [
      'why its source could not be asked',
      { ...fails, maxErrors: 2 },
      [down, down],
      '2 errors in a row, which reaches the limit of 2; the last: the source answers with 500; look into its log',
    ],
    [
      'the same where fewer errors than the limit were all that there was',
      fails,
      [down, down, down],
      'nothing was measured; the last: the source answers with 500; look into its log',
    ],
    [
      'a value between both conditions',
      { failWhen: 'value > 1', passWhen: 'value < 0.1', maxInconclusive: 1 },
      [one('inconclusive', 0.5, '0.5: not value < 0.1')],
      '1 measurement could not tell, which reaches the limit of 1; the last: value 0.5, passes when value < 0.1',
    ],
    [
      'that there was no data',
      { ...fails, maxInconclusive: 2 },
      [empty, empty],
      '2 measurements could not tell, which reaches the limit of 2; the last: no data',
    ],
    ['nothing of what passed', { ...fails, count: 1 }, [one('passed', 0, '')], '1 of 1 passed'],
  ])('says %s', (_, settings, taken, because) => {
    expect(judgeMeasured({ ...limits, ...settings }, taken, true).because).toBe(because);
  });

  test('repeats what a source says on one line, and not more than fits', () => {
    const told = judgeMeasured({ ...limits, ...fails }, [one('error', null, 'x'.repeat(500))], true).because;
    expect(told).toBe(`nothing was measured; the last: ${'x'.repeat(159)}…`);
  });

  test('says while it measures why its source cannot be asked right now', () => {
    const judged = (...taken: (typeof down)[]) =>
      judgeMeasured({ ...limits, ...fails }, taken, false).because;
    expect(judged(down)).toMatch(/^0 of 0 passed so far; the last: the source answers with 500/);
    expect(judged(down, one('passed', 0, ''))).toBe('1 of 1 passed so far');
  });
});

describe('an analysis', () => {
  const metrics = (letters: string) =>
    [...letters].map((letter) => ({
      id: letter,
      phase: words[letter] as 'passed',
      because: 'so',
      dryRun: false,
    }));
  const withPhases = (...phases: ('passed' | 'failed' | 'error' | 'inconclusive' | 'running')[]) =>
    phases.map((phase) => ({ id: phase, phase, because: 'so', dryRun: false }));

  test.each([
    ['M10: P I E', metrics('PIE'), 'error'],
    ['M10: + F', metrics('PIEF'), 'failed'],
    [
      'M10: + F as dry run',
      [...metrics('PIE'), { id: 'dry', phase: 'failed' as const, because: 'so', dryRun: true }],
      'error',
    ],
    ['all passed', withPhases('passed', 'passed'), 'passed'],
    ['one runs', withPhases('passed', 'running'), 'running'],
    ['one failed while another runs', withPhases('running', 'failed'), 'failed'],
    ['nothing to judge', [], 'passed'],
  ])('%s', (_, list, phase) => {
    expect(judgeAnalysis(list).phase).toBe(phase);
  });

  test('names the worst', () => {
    expect(judgeAnalysis(withPhases('passed', 'failed')).because).toBe('failed: so');
  });
});
