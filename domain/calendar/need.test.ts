import { expect, test } from '@jest/globals';
import { median, needOf, percentile90 } from './need.ts';

const minutes = (count: number) => count * 60_000;
const runs = [18, 19, 20, 21, 22, 24, 25, 26, 31, 48].map(minutes);

test('P of the vectors: need is 98 min at the median and 106 at p90', () => {
  expect(needOf({ runs, rollbacks: [], pausesMs: minutes(30), guardMs: minutes(30) })).toEqual({
    medianMs: minutes(98),
    p90Ms: minutes(106),
    samples: 10,
  });
});

test('under five samples the plan’s own estimate is taken', () => {
  expect(needOf({ runs: runs.slice(0, 4), rollbacks: [minutes(5)], pausesMs: 0, guardMs: 0 })).toEqual({
    medianMs: minutes(15),
    p90Ms: minutes(15),
    samples: 0,
  });
});

test('V8: median of an even count is the mean of the middle two, p90 the value at rank ⌈0.9 n⌉', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100];
  expect([median(values), percentile90(values)]).toEqual([5.5, 9]);
});
