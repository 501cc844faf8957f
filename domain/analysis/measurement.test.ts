import { expect, test } from '@jest/globals';
import { judgeReading, type Reading } from './measurement.ts';

const number = (value: number, ageMs?: number): Reading => ({
  kind: 'number',
  value,
  ...(ageMs === undefined ? {} : { ageMs }),
});
const nothing = (traffic?: number): Reading => ({
  kind: 'noData',
  because: 'no series',
  ...(traffic === undefined ? {} : { traffic }),
});
const base = { onNoData: 'inconclusive' as const, minRequests: 100 };
const failOnly = { ...base, failWhen: 'value > 0.02' };
const passOnly = { ...base, passWhen: 'value < 0.01' };
const both = { ...failOnly, ...passOnly };
const zero = { ...failOnly, onNoData: 'zero' as const };

test.each([
  ['failWhen true', failOnly, number(0.03), 'failed', 0.03],
  ['failWhen true beats passWhen true', { ...both, passWhen: 'value > 0' }, number(0.03), 'failed', 0.03],
  ['failWhen false alone', failOnly, number(0.02), 'passed', 0.02],
  ['both, good', both, number(0.005), 'passed', 0.005],
  ['both, between', both, number(0.015), 'inconclusive', 0.015],
  ['passWhen true alone', passOnly, number(0.005), 'passed', 0.005],
  ['passWhen false alone', passOnly, number(0.01), 'failed', 0.01],
  ['infinity is a number', failOnly, number(Number.POSITIVE_INFINITY), 'failed', Number.POSITIVE_INFINITY],
  ['neither condition', base, number(1), 'error', 1],
  ['an unreadable condition', { ...base, failWhen: 'value >' }, number(1), 'error', 1],
  ['M11', passOnly, number(Number.NaN), 'noData', null],
  ['no series', failOnly, nothing(), 'noData', null],
  ['no series, onNoData: fail', { ...failOnly, onNoData: 'fail' as const }, nothing(), 'failed', null],
  ['two intervals old', failOnly, number(0, 60_000), 'passed', 0],
  ['older than two intervals', failOnly, number(0, 60_001), 'noData', null],
  ['M12, traffic 500', zero, nothing(500), 'passed', 0],
  ['M12, traffic 0', zero, nothing(0), 'noData', null],
  ['M12, traffic unknown', zero, nothing(), 'noData', null],
  ['zero is judged, not waved through', { ...zero, failWhen: 'value < 1' }, nothing(500), 'failed', 0],
  [
    'an error stays one, even with onNoData: zero',
    zero,
    { kind: 'error' as const, because: 'timed out' },
    'error',
    null,
  ],
])('%s', (_, metric, reading, verdict, value) => {
  expect(judgeReading(metric, reading, 30_000)).toMatchObject({ verdict, value });
});

test('the sentence shows value and condition', () => {
  expect(judgeReading(failOnly, number(0.03)).because).toBe('0.03: value > 0.02');
  expect(judgeReading(zero, nothing(500)).because).toBe(
    '0: not value > 0.02 (no data beside 500 requests counts as 0)',
  );
});
