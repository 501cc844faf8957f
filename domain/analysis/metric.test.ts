import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeAnalysis } from './analysis.ts';
import type { MeasurementVerdict } from './measurement.ts';
import { judgeMetric, type MetricSettings } from './metric.ts';

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
    ['F', { maxFailures: 1 }, '1 failed, which reaches the limit of 1'],
    ['II', { maxInconclusive: 2 }, '2 could not tell, which reaches the limit of 2'],
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
