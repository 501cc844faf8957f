import { expect, test } from '@jest/globals';
import type { ReleasePlan } from '../domain/release/plan.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { riskIndexed } from './risk-index.ts';

const view = (stage: string, bands: Record<string, string | undefined>) =>
  ({
    stage,
    stages: Object.entries(bands).map(([environment, band]) => ({
      environment,
      ...(band === undefined ? {} : { risk: { band } }),
    })),
  }) as unknown as ReleaseView;

test.each<[string, true | undefined, ReleaseView, (string | null)[]]>([
  ['the band of the stage', true, view('production', { staging: 'low', production: 'high' }), ['high']],
  [
    'a stage without one takes it away',
    true,
    view('staging', { staging: undefined, production: 'high' }),
    [null],
  ],
  ['nothing where no risk is assessed', true, view('staging', { staging: undefined }), []],
  ['nothing in plans from before', undefined, view('production', { production: 'high' }), []],
])('%s', (_, indexesRisk, of, values) => {
  const plan = { ...(indexesRisk ? { indexesRisk } : {}) } as ReleasePlan;
  expect(riskIndexed(plan, of).map(({ value }) => value)).toEqual(values);
});
