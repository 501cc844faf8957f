import { expect, test } from '@jest/globals';
import { whyAgeless } from './fresh-query.ts';

test.each([
  ['latency_seconds{track="canary"} offset 1d', /offset/],
  ['latency_seconds OFFSET -5m', /offset/],
  ['sum(rate(errors[5m] offset (1h)))', /offset/],
  ['latency_seconds @ 1609746000', /`@`/],
  ['rate(errors[5m] @ end())', /`@`/],
  ['{__name__=~"latency_.*"}', /several names/],
  ['{__name__ != "up"}', /several names/],
  ['scalar(sum(latency_seconds))', /number/],
  ['(scalar(sum(a)) / scalar(sum(b{x=")"})))', /number/],
  [' -1.5e3 ', /number/],
  ['time() - 0x1f', /number/],
  ['1 > bool scalar(a)', /number/],
  ['', /number/],
])('nobody could tell how old the samples of %j are', (query, why) => {
  expect(whyAgeless(query)).toMatch(why);
});

test.each([
  'latency_seconds{track="canary"}',
  'kafka_consumer_offset{group="a"}',
  'max by (offset) (lag)',
  'lag{offset="1"}',
  'offset{job="a"}',
  'lag{job="mail@shop", note=\'offset 5m\'} # offset @',
  'latency_seconds / scalar(count(up))',
  'latency_seconds * 1000',
  '{__name__="latency_seconds"}',
  'histogram_quantile(0.9, rate(latency_bucket[5m]))',
  '(latency_seconds)',
  'time() - started_at',
  'p95',
])('%j says when each of its samples was taken', (query) => {
  expect(whyAgeless(query)).toBeUndefined();
});
