import { expect, test } from '@jest/globals';
import { isShown, knownAs } from './flapping.ts';
import type { Regression, RegressionView } from './regression.ts';

const now = '2026-11-26T12:00:00.000Z';
const regression: Regression = {
  ...{ incident: 'inc_2', service: 'shop', version: '1.4.0', environment: 'staging', source: 'watch' },
  ...{ title: 'shop 1.4.0 has regressed in staging: errors is 0.07, the limit is 0.02', severity: 'sev2' },
  startedAt: '2026-11-26T11:50:00.000Z',
};
const standing: RegressionView = {
  ...{ ...regression, incident: 'inc_1' },
  title: 'shop 1.4.0 has regressed in staging: errors is 0.31, the limit is 0.02',
};
const over: RegressionView = { ...standing, overAt: '2026-11-26T10:00:00.000Z' };

test.each<[string, Partial<RegressionView>, boolean]>([
  ['it was over until lately, with other values', {}, true],
  ['it was over until 3:59:59 h ago', { overAt: '2026-11-26T08:00:00.001Z' }, true],
  ['it was over 4 h ago', { overAt: '2026-11-26T08:00:00.000Z' }, false],
  ['another version had it', { version: '1.4.1' }, false],
  ['it was elsewhere', { environment: 'eu' }, false],
  ['another service had it', { service: 'payments' }, false],
  ['a person had found it', { source: 'person' }, false],
  [
    'another metric was bad',
    { title: 'shop 1.4.0 has regressed in staging: latency is 0.07, the limit is 0.02' },
    false,
  ],
])('a regression that comes back is the one that is known where %s: %s', (_, was, isOne) => {
  expect(knownAs(regression, [{ ...over, ...was }], now) !== undefined).toBe(isOne);
});

test('metrics whose names differ in a digit alone are two', () => {
  const title = (name: string) => `shop 1.4.0 has regressed in staging: ${name} is 300, the limit is 200`;
  expect(
    knownAs({ ...regression, title: title('p99') }, [{ ...over, title: title('p95') }], now),
  ).toBeUndefined();
  expect(
    knownAs({ ...regression, title: title('p-99') }, [{ ...over, title: title('p-95') }], now),
  ).toBeUndefined();
});

test('one that stands is known by its incident alone: two that stand at once are two', () => {
  expect(knownAs(regression, [standing], now)).toBeUndefined();
  expect(knownAs({ ...regression, incident: 'inc_1' }, [standing], now)).toBe(standing);
});

test('the same incident is another regression once it was over for long: nobody has it before their eyes any more', () => {
  const known = [{ ...over, overAt: '2026-11-26T02:00:00.000Z' }];
  expect(knownAs({ ...regression, incident: 'inc_1' }, known, now)).toBeUndefined();
});

test('it is shown while it stands, and for a short time after', () => {
  expect([isShown(standing, now), isShown(over, now)]).toEqual([true, true]);
  expect(isShown({ ...over, overAt: '2026-11-26T08:00:00.000Z' }, now)).toBe(false);
});
