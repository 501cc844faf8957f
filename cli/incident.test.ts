import { describe, expect, test } from '@jest/globals';
import type { Incident } from '../domain/incidents/incident.ts';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const incident: Incident = {
  id: 'inc_1',
  title: 'carts are empty',
  service: 'shop',
  environment: 'production',
  severity: 'sev1',
  state: 'open',
  source: 'person',
  startedAt: '2026-11-24T10:04:00.000Z',
  openedAt: '2026-11-24T10:10:00.000Z',
  openedBy: 'ana',
  attribution: {
    state: 'suggested',
    because: 'nothing newer took traffic',
    releaseId: 'rel_1',
    version: '1.4.0',
  },
  revision: 1,
};

describe('gantry incident', () => {
  test('open says who is suspected, and how to confirm it', async () => {
    const { code, out, err } = await against({ 'POST /v1/incidents': { status: 201, body: incident } }, [
      ...[
        'incident',
        'open',
        'shop',
        'carts are empty',
        '--severity',
        'sev1',
        '--at',
        '2026-11-24T10:04:00Z',
      ],
    ]);
    expect(code).toBe(0);
    expect(out).toContain(
      'Incident inc_1 of shop is open.\nSuspected: shop 1.4.0 (suggested). nothing newer took traffic\n',
    );
    expect(out + err).toContain('gantry incident confirm inc_1');
    expect(seen()[0]?.body).toEqual({
      service: 'shop',
      title: 'carts are empty',
      severity: 'sev1',
      startedAt: '2026-11-24T10:04:00.000Z',
    });
  });

  test('change sends what is corrected, and nothing else', async () => {
    const corrected: Incident = { ...incident, severity: 'sev2', revision: 2 };
    const answers = { 'PATCH /v1/incidents/inc_1': { status: 200, body: corrected } };
    const { code, out } = await against(answers, ['incident', 'change', 'inc_1', '--severity', 'sev2']);
    expect(code).toBe(0);
    expect(out).toContain('Incident inc_1 is corrected.');
    expect(seen()[0]?.body).toEqual({ severity: 'sev2' });
  });

  test('change asks for a correction where none is given, before it asks the server', async () => {
    const { code, err } = await against({}, ['incident', 'change', 'inc_1']);
    expect(code).toBe(2);
    expect(err).toContain('--title, --severity or --at');
    expect(seen()).toEqual([]);
  });

  test('confirm takes the suggestion, another release, or none', async () => {
    const confirmed: Incident = {
      ...incident,
      attribution: { ...incident.attribution, state: 'confirmed', by: 'ana' },
    };
    const answers = { 'POST /v1/incidents/inc_1/attribution': { status: 200, body: confirmed } };
    const { out } = await against(answers, ['incident', 'confirm', 'inc_1', '--release', 'shop@1.4.0']);
    expect(out).toBe('Caused by: shop 1.4.0.\n');
    expect(seen()[0]?.body).toEqual({ release: 'shop@1.4.0' });
  });

  test('close needs an outcome', async () => {
    const { code, err } = await against({}, ['incident', 'close', 'inc_1']);
    expect([code === 0, err]).toEqual([false, expect.stringContaining('--outcome')]);
  });

  test('list and show print what everybody reads', async () => {
    const { out } = await against({ 'GET /v1/incidents': { status: 200, body: { items: [incident] } } }, [
      ...['incident', 'list', '--open'],
    ]);
    expect(out).toContain('inc_1');
    expect(out).toContain('shop 1.4.0 (suggested)');
    expect(seen()[0]?.query).toEqual({ state: 'open' });
  });

  test('show names the release', async () => {
    const { out } = await against({ 'GET /v1/incidents/inc_1': { status: 200, body: incident } }, [
      ...['incident', 'show', 'inc_1'],
    ]);
    expect(out).toMatch(/^Incident {4}inc_1$/m);
    expect(out).toMatch(/^Release {5}rel_1$/m);
    expect(out).not.toContain('Closed');
  });
});

test('gantry promotion lift says what may go on', async () => {
  const { out } = await against({ 'POST /v1/promotion-holds/production/shop/lift': { status: 204 } }, [
    ...['promotion', 'lift', 'shop', 'production', '--reason', 'it was the network'],
  ]);
  expect(out).toBe('shop may be promoted into production by itself again.\n');
  expect(seen()[0]?.body).toEqual({ reason: 'it was the network' });
});
