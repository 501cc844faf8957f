import { expect, test } from '@jest/globals';
import { metricRows } from './metric-rows.ts';
import type { MetricView, RolloutView } from './release.ts';

const metric = (over: Partial<MetricView> = {}): MetricView => ({
  ...{ id: 'errors', phase: 'passed', because: 'errors is 0.01', measurements: 3, dryRun: false },
  ...over,
});
const rollout = (service: string, ...metrics: MetricView[]): RolloutView => ({
  ...{ service, version: '1.4.0', mode: 'deploy', steps: [], exposure: 100 },
  metrics,
});
const named = (stage: Parameters<typeof metricRows>[0]) =>
  metricRows(stage).map(({ service, metric: { because } }) => `${service ?? '?'} ${because}`);

test('what the soak measured is told with its service, and once', () => {
  const same = metric({ because: 'errors is 0.02' });
  const soaked = { ...same, service: 'web' };
  expect(named({ rollout: [rollout('api', metric()), rollout('web', same)], soak: [soaked] })).toEqual([
    ...['api errors is 0.01', 'web errors is 0.02'],
  ]);
  expect(named({ rollout: [rollout('api', metric()), rollout('web')], soak: [soaked] })).toEqual([
    ...['api errors is 0.01', 'web errors is 0.02'],
  ]);
});

test('the same numbers of two services are two rows', () => {
  const soak = [metric({ service: 'api' }), metric({ service: 'web' })];
  expect(named({ rollout: [rollout('api'), rollout('web')], soak })).toEqual([
    ...['api errors is 0.01', 'web errors is 0.01'],
  ]);
});

test('an old record that does not say whose it was is of the only service, or of none', () => {
  const soak = [metric({ because: 'old' })];
  expect(named({ rollout: [rollout('api')], soak })).toEqual(['api old']);
  expect(named({ rollout: [rollout('api'), rollout('web')], soak })).toEqual(['? old']);
});
