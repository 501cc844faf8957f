import { expect, test } from '@jest/globals';
import type { Incident } from '../incidents/incident.ts';
import { regressionOf, regressionText } from './regression.ts';

const anIncident = (over: Partial<Incident> = {}): Incident => ({
  ...{ id: 'inc_1', title: 'carts are empty', service: 'shop', environment: 'staging', severity: 'sev1' },
  ...{ state: 'open', source: 'person', startedAt: '2026-11-26T09:00:00Z', openedAt: '2026-11-26T09:01:00Z' },
  ...{ openedBy: 'ana', revision: 1 },
  attribution: { state: 'confirmed', because: 'the bisection', releaseId: 'rel_1', version: '1.4.0' },
  ...over,
});
const suggested = { state: 'suggested' as const, because: 'it was the latest', version: '1.4.0' };

test.each<[string, Partial<Incident>, boolean]>([
  ['a person has confirmed it', {}, true],
  ['it is only suggested', { attribution: suggested }, false],
  ['a watch has measured it', { source: 'watch', attribution: suggested }, true],
  [
    'a person says that no release is to blame',
    { source: 'watch', attribution: { state: 'unattributed', because: 'the network' } },
    false,
  ],
  ['it is closed', { state: 'closed' }, false],
])('an incident is a regression of the version or not where %s', (_, over, isOne) => {
  expect(regressionOf(anIncident(over)) !== undefined).toBe(isOne);
});

test('it is told in one sentence, whoever found it', () => {
  const told = (over: Partial<Incident>) => regressionText(regressionOf(anIncident(over))!);
  expect(told({})).toBe('shop 1.4.0 caused an incident in staging of severity 1: carts are empty');
  expect(told({ source: 'watch', title: 'shop 1.4.0 has regressed in staging: errors is 1.' })).toBe(
    'shop 1.4.0 has regressed in staging: errors is 1',
  );
});
