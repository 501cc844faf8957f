import { expect, test } from '@jest/globals';
import { evaluateSoak, type SoakFacts } from './evaluate.ts';
import { staysOf, type PastDeployment } from './stays.ts';

const hour = 3_600_000;
const now = '2026-11-26T12:00:00.000Z';
const ago = (hours: number): string => new Date(Date.parse(now) - hours * hour).toISOString();
const settings = { from: 'staging', atLeastMs: 24 * hour };
const shop = (over: Partial<SoakFacts>): SoakFacts => ({
  service: 'shop',
  version: '1.4.0',
  stays: [],
  firstSeenAt: ago(200),
  ...over,
});

test('G6: two stays that are too short do not add up once it runs there no more', () => {
  const stays = [
    { from: ago(60), to: ago(40) },
    { from: ago(20), to: ago(10) },
  ];
  expect(evaluateSoak(settings, [shop({ stays })], now)).toEqual({
    kind: 'denied',
    because:
      'shop 1.4.0 must stand in staging for 1 d; it stood there for 20 h and does not run there any more.',
    remedy: 'Stop this release and start a new one: it goes to staging again, and must stand there.',
  });
});

test('G7: verified 18 hours ago and still there, it waits for six more', () => {
  expect(evaluateSoak(settings, [shop({ stays: [{ from: ago(18) }] })], now)).toEqual({
    kind: 'waiting',
    because: 'shop 1.4.0 must stand in staging for 1 d: until Thu 26 Nov 18:00 UTC.',
    until: '2026-11-26T18:00:00.000Z',
  });
});

test('G8: a stay of 24 hours that ended last week is enough', () => {
  const stays = [{ from: ago(200), to: ago(176) }];
  expect(evaluateSoak(settings, [shop({ stays })], now)).toMatchObject({ kind: 'allowed' });
});

test('at the very end of the time it is enough, a millisecond before it is not', () => {
  const stays = [{ from: ago(24) }];
  expect(evaluateSoak(settings, [shop({ stays })], now).kind).toBe('allowed');
  const before = new Date(Date.parse(now) - 1).toISOString();
  expect(evaluateSoak(settings, [shop({ stays })], before)).toMatchObject({ kind: 'waiting', until: now });
});

test('what was never there is denied, and says so', () => {
  expect(evaluateSoak(settings, [shop({})], now)).toMatchObject({
    kind: 'denied',
    because: 'shop 1.4.0 must stand in staging for 1 d; it was never verified there.',
  });
});

test('of several components the one that has to wait longest counts, and a denial before all', () => {
  const young = shop({ stays: [{ from: ago(1) }] });
  const older = { ...shop({ stays: [{ from: ago(20) }] }), service: 'cart' };
  expect(evaluateSoak(settings, [older, young], now)).toMatchObject({
    kind: 'waiting',
    until: '2026-11-27T11:00:00.000Z',
  });
  expect(evaluateSoak(settings, [older, shop({})], now).kind).toBe('denied');
});

test('a build that is too old must be built anew, and one of unknown age waits', () => {
  const stays = [{ from: ago(100) }];
  const aged = { ...settings, maxAgeMs: 100 * hour };
  expect(evaluateSoak(aged, [shop({ stays, firstSeenAt: ago(100) })], now).kind).toBe('allowed');
  expect(evaluateSoak(aged, [shop({ stays, firstSeenAt: ago(101) })], now)).toMatchObject({
    kind: 'denied',
    because: 'shop 1.4.0 is 4 d 5 h old; at most 4 d 4 h are allowed.',
  });
  expect(evaluateSoak(aged, [{ service: 'shop', version: '1.4.0', stays }], now)).toEqual({
    kind: 'waiting',
    because: 'Cannot tell how old shop 1.4.0 is.',
  });
});

test('a stay lasts from the verified deployment to the first step of another build, and begins anew when that is taken back', () => {
  const build = { service: 'shop', version: '1.4.0' };
  const deployment = (over: Partial<PastDeployment>): PastDeployment => ({
    ...build,
    status: 'succeeded',
    startedAt: ago(50),
    ...over,
  });
  const first = deployment({ endedAt: ago(49) });
  const failed = deployment({ version: '1.5.0', status: 'rolledBack', startedAt: ago(30), endedAt: ago(29) });
  const again = deployment({ startedAt: ago(10), endedAt: ago(9) });
  const next = deployment({ version: '1.6.0', startedAt: ago(5), endedAt: ago(4) });
  expect(staysOf(build, [first])).toEqual([{ from: ago(49) }]);
  expect(staysOf(build, [failed, first])).toEqual([{ from: ago(49), to: ago(30) }, { from: ago(29) }]);
  expect(staysOf(build, [first, again])).toEqual([{ from: ago(49) }]);
  expect(staysOf(build, [first, failed, again, next])).toEqual([
    { from: ago(49), to: ago(30) },
    { from: ago(29), to: ago(5) },
  ]);
  expect(staysOf(build, [deployment({ status: 'running' })])).toEqual([]);
  expect(staysOf(build, [first, { ...next, status: 'left' }])).toEqual([{ from: ago(49), to: ago(5) }]);
});
