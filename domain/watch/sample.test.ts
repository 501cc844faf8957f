import { describe, expect, test } from '@jest/globals';
import { MetricSchema } from '../policy/metric.schema.ts';
import type { MetricPhase } from '../release/release.ts';
import { forOneLook, lookOf } from './sample.ts';

const all = (...phases: MetricPhase[]) =>
  phases.map((phase, index) => ({ id: `m${index}`, phase, because: phase, dryRun: false }));

describe('one look', () => {
  test.each([
    ['is good where all metrics pass', all(), all('passed', 'passed'), 'good'],
    ['is bad where one metric fails', all(), all('passed', 'failed', 'error'), 'bad'],
    ['cannot tell without data', all(), all('passed', 'inconclusive'), 'unknown'],
    ['cannot tell where a source is away', all(), all('error'), 'unknown'],
    ['counts where all filters hold', all('passed', 'passed'), all('failed'), 'bad'],
    ['is passed over where a filter does not hold', all('passed', 'failed'), all('failed'), 'passedOver'],
    ['cannot tell where a filter cannot', all('error'), all('passed'), 'unknown'],
  ])('%s', (_, filters, metrics, expected) => {
    const look = lookOf(filters, metrics);
    expect(look.kind === 'sample' ? look.sample : look.kind).toBe(expected);
  });

  test('asks each metric once, whatever its limits are, and keeps how old a value may be', () => {
    const metric = MetricSchema.parse({
      ...{ id: 'errors', kind: 'json', url: 'http://x/', pointer: '/rate', failWhen: 'value > 1' },
      ...{ interval: '30s', maxFailures: 3, maxInconclusive: 'off', passAfter: 5, count: 20 },
    });
    const asked = forOneLook(metric);
    expect(asked).toMatchObject({ interval: '30s', count: 1, maxFailures: 1, maxInconclusive: 1 });
    expect(asked.passAfter).toBeUndefined();
    expect(metric.passAfter).toBe(5);
  });
});
