import { expect, test } from '@jest/globals';
import type { Regression, RegressionView } from '../../watch/regression.ts';
import { concernsStage, evaluateRegressions } from './evaluate.ts';

const staging = { environment: 'staging', production: false };
const eu = { environment: 'eu', production: true };
const us = { environment: 'us', production: true };
const way = [staging, eu, us];
const regression: Regression = {
  ...{ incident: 'inc_1', service: 'shop', version: '1.4.0', environment: 'eu' },
  ...{ title: 'shop 1.4.0 has regressed in eu: errors is 1', severity: 'sev2', source: 'watch' },
  startedAt: '2026-11-26T09:00:00Z',
};

test.each<[string | undefined, typeof eu, boolean]>([
  ['eu', staging, false], // comes before: there it is mended
  ['eu', eu, true], // is where it was found
  ['eu', us, true], // comes after
  ['asia', us, true], // is production, and nobody can tell what comes before
  ['asia', staging, false], // is not production, and nobody can tell
  [undefined, eu, true], // is production, and nobody said where it was
])('found in %s, it concerns %o: %s', (environment, stage, isSo) => {
  expect(concernsStage(environment === undefined ? {} : { environment }, stage, way)).toBe(isSo);
});

test('no regression has no row; one is shown, and who is to know of it', () => {
  expect(evaluateRegressions([], { asksPeople: true })).toEqual([]);
  expect(evaluateRegressions([regression, regression], { asksPeople: true })).toEqual([
    {
      gate: 'regression',
      kind: 'allowed',
      because:
        'shop 1.4.0 has regressed in eu: errors is 1 (and 1 more). Whoever is asked decides knowing it.',
    },
  ]);
  expect(evaluateRegressions([regression], { asksPeople: false })[0]?.because).toContain('A person has to');
});

test('one that is over is shown for what it was, behind those that stand, and asks nobody to let it go on', () => {
  const over = {
    ...regression,
    title: 'shop 1.4.0 has regressed in eu: latency is 2',
    overAt: '2026-11-26T10:00:00Z',
  };
  const because = (asksPeople: boolean, ...known: RegressionView[]) =>
    evaluateRegressions(known, { asksPeople })[0]?.because;
  expect(because(true, over, regression)).toContain('errors is 1 (and 1 more). Whoever');
  expect(because(false, over)).toBe(
    'shop 1.4.0 has regressed in eu: latency is 2 (healthy again since Thu 26 Nov 10:00 UTC).',
  );
  expect(because(true, over)).toContain('Whoever is asked decides knowing it.');
});
