import { describe, expect, test } from '@jest/globals';
import { meaningOf, type Alert } from './alertmanager.ts';
import { countBySeverity, countedIncidents, type Incident } from './incident.ts';

const now = '2026-06-30T10:00:00.000Z';
const incident = (state: Incident['attribution']['state'], startedAt: string): Incident => ({
  ...{
    id: `${state}/${startedAt}`,
    title: 'carts are empty',
    service: 'shop',
    severity: 'sev2',
    state: 'closed',
  },
  ...{ source: 'person', startedAt, openedAt: startedAt, openedBy: 'ana', revision: 1 },
  attribution: { state, because: '' },
});

test('an incident counts once it is confirmed, for 30 days from its beginning', () => {
  const counted = countedIncidents(
    [
      incident('confirmed', '2026-06-29T10:00:00.000Z'),
      incident('confirmed', '2026-05-31T10:00:00.000Z'),
      incident('confirmed', '2026-05-31T09:59:59.999Z'),
      incident('suggested', '2026-06-29T10:00:00.000Z'),
      incident('unattributed', '2026-06-29T10:00:00.000Z'),
    ],
    now,
  );
  expect(countBySeverity(counted)).toEqual({ sev1: 0, sev2: 2, sev3: 0 });
});

const alert: Alert = {
  status: 'firing',
  labels: { alertname: 'HighErrors', service: 'shop', environment: 'production', severity: 'critical' },
  annotations: { summary: '7 % of carts fail' },
  startsAt: '2026-06-30T09:00:00.123Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'https://prometheus.example/graph',
  fingerprint: 'b3f1a2',
};
const known = { services: new Set(['shop']), environments: new Set(['production']) };
const read = (over: Partial<Alert>) => meaningOf({ ...alert, ...over }, known, now);

describe('an alert', () => {
  test('becomes an incident that is known by its fingerprint and beginning', () => {
    expect(read({})).toEqual({
      kind: 'incident',
      key: 'alertmanager/b3f1a2/2026-06-30T09:00:00.123Z',
      service: 'shop',
      environment: 'production',
      severity: 'sev1',
      title: '7 % of carts fail',
      startedAt: '2026-06-30T09:00:00.123Z',
      link: 'https://prometheus.example/graph',
    });
  });

  test('that is resolved says when', () => {
    expect(read({ status: 'resolved', endsAt: '2026-06-30T09:30:00Z' })).toMatchObject({
      resolvedAt: '2026-06-30T09:30:00.000Z',
    });
  });

  test('that is resolved without an end is over now', () => {
    expect(read({ status: 'resolved' })).toMatchObject({ resolvedAt: now });
  });

  test.each<[string, Record<string, string>, object]>([
    ['may name the service as ours', { service: 'pod-7', gantry_service: 'shop' }, { service: 'shop' }],
    [
      'of a severity that is not known is taken seriously',
      { service: 'shop', severity: 'ticket' },
      { severity: 'sev2' },
    ],
    ['takes its name where it has no summary', { service: 'shop', alertname: 'Down' }, { title: 'Down' }],
    ['without a service is ignored', { alertname: 'Down' }, { kind: 'ignored' }],
    ['of a service that is not ours is ignored', { service: 'printer' }, { kind: 'ignored' }],
  ])('%s', (_, labels, expected) => {
    expect(read({ labels, annotations: {} })).toMatchObject(expected);
  });

  test('without a beginning is ignored', () => {
    expect(read({ startsAt: 'soon' })).toMatchObject({ kind: 'ignored' });
  });
});
