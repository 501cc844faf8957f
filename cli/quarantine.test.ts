import { describe, expect, test } from '@jest/globals';
import { cliAgainstStub } from '../test/support/cli-against-stub.ts';

const { against, seen } = cliAgainstStub();
const banned = {
  id: 'qua_1',
  service: 'shop',
  version: '1.4.0',
  by: 'ana',
  reason: 'corrupts carts of guests',
  at: '2026-11-24T10:04:00.000Z',
  lifts: [],
};

describe('gantry quarantine', () => {
  test('bans a version with its reason, and says who lifts it', async () => {
    const { code, out } = await against({ 'POST /v1/quarantines': { status: 201, body: banned } }, [
      ...['quarantine', 'add', 'shop', '1.4.0', '--reason', banned.reason],
    ]);
    expect([code, out]).toEqual([
      0,
      'shop 1.4.0 is quarantined (qua_1). Two people lift it: gantry quarantine lift qua_1 --reason "…"\n',
    ]);
    expect(seen()[0]?.body).toEqual({ service: 'shop', version: '1.4.0', reason: banned.reason });
    expect(seen()[0]?.headers['idempotency-key']).toEqual(expect.any(String));
  });

  test('tells that a ban stood already, or that no such build is known', async () => {
    const note = 'It is quarantined already, by Ana since Tue 24 Nov 10:04 UTC: “corrupts carts of guests”.';
    const answers = { 'POST /v1/quarantines': { status: 201, body: { ...banned, note } } };
    const add = ['quarantine', 'add', 'shop', '1.4.0', '--reason', 'another reason of mine'];
    const { out, err } = await against(answers, add);
    expect([out.split('\n')[0], err]).toEqual([
      expect.stringContaining('is quarantined'),
      expect.stringContaining(note),
    ]);
  });

  test('bans a digest alone', async () => {
    const { out } = await against(
      {
        'POST /v1/quarantines': {
          status: 201,
          body: { ...banned, service: undefined, digest: 'sha256:bad' },
        },
      },
      ['quarantine', 'add', '--digest', 'sha256:bad', '--reason', banned.reason],
    );
    expect(out).toContain('sha256:bad is quarantined');
    expect(seen()[0]?.body).toEqual({ digest: 'sha256:bad', reason: banned.reason });
  });

  test('does nothing without a reason', async () => {
    const { code, err } = await against({}, ['quarantine', 'add', 'shop', '1.4.0']);
    expect([code, err]).toEqual([2, expect.stringContaining('--reason')]);
    expect(seen()).toEqual([]);
  });

  test.each([
    [undefined, 'shop 1.4.0 stays quarantined until one more person agrees.\n'],
    ['2026-11-26T09:00:00.000Z', 'shop 1.4.0 is not quarantined any more.\n'],
  ])('tells whether the word for lifting was enough', async (liftedAt, said) => {
    const { code, out } = await against(
      { 'POST /v1/quarantines/qua_1/lift': { body: { ...banned, ...(liftedAt ? { liftedAt } : {}) } } },
      ['quarantine', 'lift', 'qua_1', '--reason', 'the cart service was to blame'],
    );
    expect([code, out]).toEqual([0, said]);
  });

  test('lists what stands, and who has agreed', async () => {
    const lifts = [{ by: 'ben', reason: 'all is well again', at: banned.at }];
    const { out } = await against({ 'GET /v1/quarantines': { body: { items: [{ ...banned, lifts }] } } }, [
      'quarantine',
      'list',
    ]);
    expect(out).toContain('shop 1.4.0');
    expect(out).toContain('ben agreed to lift it');
  });
});

test('gantry release waive sends check, reason and end', async () => {
  const release = { id: 'rel_1', components: [{ service: 'shop', version: '1.4.0' }], stages: [] };
  const { code } = await against(
    {
      'GET /v1/releases/shop%401.4.0': { body: release },
      'POST /v1/releases/rel_1/waivers': { body: { ...release, headline: 'It goes on.' } },
      'GET /v1/waivers/budget': {
        body: { items: [{ because: 'web gave 1 of 5 waivers in 30 days.', spent: 1 }] },
      },
    },
    [
      ...['release', 'waive', 'shop@1.4.0', '--check', 'audit', '--until', '2026-11-28T12:00:00Z'],
      ...['--reason', 'patched at the edge'],
    ],
  );
  expect(code).toBe(0);
  expect(seen().find(({ method }) => method === 'POST')?.body).toEqual({
    check: 'audit',
    reason: 'patched at the edge',
    expires: '2026-11-28T12:00:00.000Z',
  });
});

test('gantry release waive --revoke takes a waiver back, and refuses an end for it', async () => {
  const release = { id: 'rel_1', components: [{ service: 'shop', version: '1.4.0' }], stages: [] };
  const answers = {
    'GET /v1/releases/shop%401.4.0': { body: release },
    'POST /v1/releases/rel_1/waivers/revoke': {
      body: { ...release, headline: 'It goes on.', note: 'staging had passed its gates before.' },
    },
  };
  const args = ['release', 'waive', 'shop@1.4.0', '--check', 'audit', '--revoke'];
  const said = ['--reason', 'it is used in the wild', '--environment', 'staging'];
  expect((await against(answers, [...args, ...said])).code).toBe(0);
  const body = { check: 'audit', reason: 'it is used in the wild', environment: 'staging' };
  expect(seen().find(({ method }) => method === 'POST')?.body).toEqual(body);
  expect((await against(answers, [...args, ...said, '--until', '+1d'])).code).not.toBe(0);
});

test('gantry status says that what runs is banned', async () => {
  const running = [
    {
      service: 'shop',
      version: '1.4.0',
      since: banned.at,
      how: 'adopted',
      quarantine: { by: 'ana', reason: 'corrupts carts' },
    },
  ];
  const environment = {
    id: 'production',
    production: true,
    exclusive: true,
    running,
    holders: [],
    queue: [],
  };
  const { out } = await against({ 'GET /v1/environments': { body: { items: [environment] } } }, ['status']);
  expect(out).toContain('quarantined by ana: corrupts carts');
});
