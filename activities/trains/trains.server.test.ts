import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import type { Store } from '../../platform/database/open.ts';
import { departuresOf, setTrainState, syncTrains, trainById } from '../../platform/record/calendar/trains.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { readRelease } from '../../platform/record/releases.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { setQuarantine } from '../../platform/record/gates/quarantines.ts';
import { createTrains } from './index.ts';

const text = `
gantry: 1
organisation: { name: Acme, zone: Europe/Berlin }
people: [{ id: ana, name: Ana, email: ana@acme.test, access: [operator] }]
environments: [{ id: staging }, { id: production }]
services:
  - { id: shop, pipeline: web, dependsOn: [cart] }
  - { id: cart, pipeline: web }
  - { id: mail, pipeline: web }
pipelines:
  web:
    - { environment: staging, deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] } }
    - { environment: production, deploy: { kind: command, apply: [./d.sh], undo: [./u.sh] } }
trains:
  - id: weekly
    captain: ana
    departure: { rrule: FREQ=WEEKLY;BYDAY=TU, start: 2026-01-06T14:00, zone: Europe/Berlin }
    cutoff: 2h
    services: [shop, cart, mail]
    to: production
`;
const train = 'weekly';
let server: TestServer;
let store: Store;

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  const { policy, digest = '' } = readPolicy(text);
  if (!policy) throw new Error('the policy of the test is wrong');
  await storePolicy(store.db, {
    policy,
    text,
    digest,
    baseDir: '/',
    by: { id: 'ana', kind: 'person' },
    sentences: [],
  });
  const at = (service: string, version: string, endedAt: string) => ({
    id: `${service}-${version}`,
    release_id: null,
    environment: 'staging',
    service,
    version,
    mode: 'deploy' as const,
    status: 'succeeded' as const,
    exposure: 100,
    started_at: endedAt,
    ended_at: endedAt,
    by_id: 'ana',
  });
  await store.db
    .insertInto('deployments')
    .values([
      at('shop', '1.4.0', '2026-11-24T10:59:59.000Z'),
      at('cart', '2.0.0', '2026-11-23T09:00:00.000Z'),
      at('cart', '2.1.0', '2026-11-24T11:00:00.000Z'),
    ])
    .execute();
});
afterAll(async () => server.stop());

const trains = () =>
  createTrains({ store, config: { publicUrl: 'http://gantry.test', mailFrom: 'gantry@gantry.test' } });
const now = '2026-11-24T11:00:00.000Z';
const dates = {
  number: 1,
  scheduledAt: '2026-11-24T13:00:00.000Z',
  departsAt: '2026-11-24T13:00:00.000Z',
  cutoffAt: '2026-11-24T11:00:00.000Z',
};

test('the next departure is by the wall clock of its zone, its cut-off before it', async () => {
  expect(
    await trains().planDeparture({
      train,
      after: '2026-11-23T00:00:00.000Z',
      number: 1,
      forgivenUpTo: 0,
      now,
    }),
  ).toEqual({ kind: 'departure', ...dates });
  expect(
    await trains().planDeparture({
      train,
      after: '2026-03-25T00:00:00.000Z',
      number: 1,
      forgivenUpTo: 0,
      now: '2026-03-25T00:00:00.000Z',
    }),
  ).toMatchObject({ departsAt: '2026-03-31T12:00:00.000Z' });
  expect(
    await trains().planDeparture({ train: 'gone', after: now, number: 1, forgivenUpTo: 0, now }),
  ).toEqual({ kind: 'gone' });
});

test('what was missed while nothing ran is over: it does not leave once for each departure', async () => {
  expect(
    await trains().planDeparture({
      train,
      after: '2026-11-01T00:00:00.000Z',
      number: 1,
      forgivenUpTo: 0,
      now,
    }),
  ).toMatchObject({ scheduledAt: dates.scheduledAt });
});

test('C7: who was ready strictly before the cut-off is aboard, at its newest version; the rest is told the next', async () => {
  const boarding = await trains().boardTrain({ train, ...dates, isLeaving: false, now });
  expect(boarding.aboard).toEqual([
    { service: 'shop', version: '1.4.0' },
    { service: 'cart', version: '2.0.0' },
  ]);
  expect(boarding.left).toMatchObject([{ service: 'mail', next: '2026-12-01T13:00:00.000Z' }]);
});

test('departs as one release, once, and keeps who stayed behind', async () => {
  const { aboard, left } = await trains().boardTrain({ train, ...dates, isLeaving: false, now });
  const depart = () => trains().departTrain({ train, ...dates, aboard, left, now });
  expect(await depart()).toEqual({ because: 'shop 1.4.0, cart 2.0.0 left with train weekly.' });
  expect(await depart()).toEqual({ because: 'shop 1.4.0, cart 2.0.0 left with train weekly.' });
  const release = await readRelease(store.db, 'train-weekly-1');
  expect(release).toMatchObject({ state: 'draft', train: { id: 'weekly', departure: 1 }, to: 'production' });
  expect(await departuresOf(store.db, { train, limit: 5 })).toMatchObject([
    { number: 1, state: 'departed', releaseId: 'train-weekly-1', leftBehind: [{ service: 'mail' }] },
  ]);
});

test('while people hold it nothing leaves, whatever had boarded', async () => {
  const { aboard, left } = await trains().boardTrain({ train, ...dates, isLeaving: false, now });
  await setTrainState(store.db, { train, state: 'held', because: 'ana holds it.', at: now });
  const depart = () => trains().departTrain({ train, ...dates, number: 9, aboard, left, now });
  expect(await depart()).toEqual({ because: 'Train weekly is held. ana holds it.', isOff: true });
  expect(await readRelease(store.db, 'train-weekly-9')).toBeUndefined();
  await setTrainState(store.db, { train, state: 'running', at: now });
});

test('a delay moves the departure and its cut-off, not the rhythm', async () => {
  const plan = {
    scheduledAt: '2026-12-01T13:00:00.000Z',
    departsAt: '2026-12-01T13:00:00.000Z',
    cutoffAt: '2026-12-01T11:00:00.000Z',
  };
  await trains().recordTrain({
    train,
    number: 2,
    command: 'delay',
    until: '2026-12-01T16:00:00.000Z',
    by: { id: 'ana', kind: 'person' },
    reason: 'wait for the fix',
    plan,
    key: 'cmd_1',
    now,
  });
  expect(
    await trains().planDeparture({ train, after: dates.scheduledAt, number: 2, forgivenUpTo: 0, now }),
  ).toMatchObject({
    scheduledAt: '2026-12-01T13:00:00.000Z',
    departsAt: '2026-12-01T16:00:00.000Z',
    cutoffAt: '2026-12-01T14:00:00.000Z',
  });
});

test('a delay outlives a hold, and a departure that has long passed is over', async () => {
  const plan = (now: string) =>
    trains().planDeparture({ train, after: dates.scheduledAt, number: 2, forgivenUpTo: 0, now });
  await trains().recordTrain({
    train,
    number: 2,
    command: 'hold',
    by: { id: 'ana', kind: 'person' },
    reason: 'nobody is there',
    key: 'cmd_2',
    now,
  });
  expect(await plan(now)).toMatchObject({ departsAt: '2026-12-01T16:00:00.000Z' });
  await trains().recordTrain({
    train,
    number: 2,
    command: 'resume',
    by: { id: 'ana', kind: 'person' },
    key: 'cmd_3',
    now,
  });
  expect(await plan(now)).toMatchObject({ departsAt: '2026-12-01T16:00:00.000Z' });
  expect(await plan('2026-12-02T00:00:00.000Z')).toMatchObject({ departsAt: '2026-12-08T13:00:00.000Z' });
});

test('who stays behind is told by mail, and the captain where somebody required is missing', async () => {
  const notices = await store.db
    .selectFrom('notices')
    .select(['kind', 'person', 'release_id'])
    .where('release_id', 'is', null)
    .execute();
  expect(notices).toEqual([{ kind: 'leftBehind', person: 'ana', release_id: null }]);
});

test('two departures that could not leave stop the train until somebody starts it', async () => {
  const later = { ...dates, aboard: [{ service: 'gone', version: '1.0.0' }], left: [], now };
  for (const number of [3, 4]) await trains().departTrain({ train, ...later, number });
  const plan = (forgivenUpTo: number) =>
    trains().planDeparture({ train, after: now, number: 5, forgivenUpTo, now });
  expect(await plan(0)).toMatchObject({ kind: 'stopped' });
  expect(await plan(4)).toMatchObject({ kind: 'departure' });
  const resumed = { by: { id: 'ana', kind: 'person' as const }, reason: 'it is mended', key: 'resumed', now };
  await trains().recordTrain({ train, number: 5, command: 'resume', ...resumed });
  const forgivenUpTo = (await trainById(store.db, train))?.forgivenUpTo; // where its workflow begins anew, it is asked with this
  expect(forgivenUpTo).toBe(4);
  const { rows } = await store.pool.query(
    `select sentence from audit_entries where action = 'train.resumed' order by seq desc limit 1`,
  );
  expect(rows).toEqual([{ sentence: 'Ana starts departure 5 of train weekly.' }]); // also where none is planned yet
});

test('what an open release brings there already does not ride, also where that was asked for after boarding', async () => {
  const sixth = { ...dates, number: 6, train, now };
  const boarding = await trains().boardTrain({ ...sixth, isLeaving: false });
  const because =
    'shop 1.4.0 goes there with its own release train-weekly-1; abort that one and it can ride.';
  expect(boarding.aboard).toEqual([]);
  expect(boarding.left).toContainEqual(expect.objectContaining({ service: 'shop', because }));
  const aboard = [{ service: 'shop', version: '1.4.0' }];
  await trains().departTrain({ ...sixth, aboard, left: [] });
  expect(await readRelease(store.db, 'train-weekly-6')).toBeUndefined();
  expect(await departuresOf(store.db, { train, limit: 1 })).toMatchObject([
    { number: 6, state: 'departed', boarded: [], leftBehind: [{ service: 'shop', because }] },
  ]);
});

test('what was overtaken after boarding stays behind, and the others leave without it', async () => {
  await store.db
    .insertInto('running')
    .values({
      environment: 'production',
      service: 'mail',
      version: '3.1.0',
      since: now,
      deployment_id: 'shop-1.4.0',
    })
    .execute();
  const aboard = [
    { service: 'cart', version: '2.1.5' },
    { service: 'mail', version: '3.0.0' },
  ];
  await trains().departTrain({ ...dates, number: 7, train, now, aboard, left: [] });
  expect(await departuresOf(store.db, { train, limit: 1 })).toMatchObject([
    {
      state: 'departed',
      boarded: [{ service: 'cart' }],
      leftBehind: [{ service: 'mail', because: 'mail 3.1.0 runs there already; nothing newer is ready.' }],
    },
  ]);
});

test('what was quarantined after boarding stays behind with its reason, and the others leave without it', async () => {
  const by = { id: 'ana', kind: 'person' as const };
  const ban = { service: 'mail', version: '3.2.0', reason: 'loses mails' };
  await setQuarantine(store.db, { ...ban, by, at: now, mailDomain: 'gantry.test' });
  const aboard = [
    { service: 'cart', version: '2.1.6' },
    { service: 'mail', version: '3.2.0' },
  ];
  await trains().departTrain({ ...dates, number: 8, train, now, aboard, left: [] });
  expect(await departuresOf(store.db, { train, limit: 1 })).toMatchObject([
    {
      state: 'departed',
      boarded: [{ service: 'cart' }],
      leftBehind: [
        {
          service: 'mail',
          because: expect.stringContaining('quarantined since Tue 24 Nov 11:00 UTC by Ana: "loses mails"'),
        },
      ],
    },
  ]);
});

test('where the newest is quarantined the next newest rides, and boarding says why; where there is none it stays behind', async () => {
  const proven = (version: string, ended_at: string) => ({
    ...{ id: `mail-${version}`, release_id: null, environment: 'staging', service: 'mail', version },
    ...{ mode: 'deploy' as const, status: 'succeeded' as const, exposure: 100, started_at: ended_at },
    ...{ ended_at, by_id: 'ana' },
  });
  const board = () =>
    trains().boardTrain({ ...dates, number: 11, train, isLeaving: false, now: '2026-11-24T11:00:00.000Z' });
  await store.db.insertInto('deployments').values(proven('3.2.0', '2026-11-24T10:00:00.000Z')).execute();
  expect((await board()).left).toContainEqual(
    expect.objectContaining({ service: 'mail', because: expect.stringContaining('loses mails') }),
  );
  await store.db.insertInto('deployments').values(proven('3.1.5', '2026-11-24T09:00:00.000Z')).execute();
  const boarding = await board();
  expect(boarding.aboard).toContainEqual({ service: 'mail', version: '3.1.5' });
  expect(boarding.because).toMatch(/^mail 3\.2\.0 is quarantined since .*"loses mails"\. mail 3\.1\.5 rides/);
});

test('a required service that got a release of its own after boarding is its captain’s to decide on', async () => {
  const definition = {
    id: 'strict',
    captain: 'ana',
    departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-01-06T14:00', zone: 'Europe/Berlin' },
    cutoff: '2h',
    services: [
      { service: 'shop', required: true },
      { service: 'cart', required: false },
    ],
    mode: 'lockstep' as const,
    to: 'production',
  };
  await syncTrains(store.db, { trains: [definition], at: now });
  // shop 1.4.0 is under way as train-weekly-1, of the first departure above
  const aboard = [
    { service: 'shop', version: '1.4.0' },
    { service: 'cart', version: '2.3.0' },
  ];
  const departure = { ...dates, number: 1, train: 'strict', now, aboard, left: [] };
  expect(await trains().departTrain(departure)).toMatchObject({ boardAgain: true });
  expect(await departuresOf(store.db, { train: 'strict', limit: 1 })).toEqual([]);
  expect(await trains().departTrain({ ...departure, isLeaving: true })).toEqual({
    because: 'cart 2.3.0 left with train strict.',
  });
});

test('in lockstep the rider that is refused is named, with what to do: in the record, the log, and the mails of captain and owner', async () => {
  const definition = {
    ...{ id: 'together', captain: 'ana', cutoff: '2h', mode: 'lockstep' as const, to: 'production' },
    departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-01-06T14:00', zone: 'Europe/Berlin' },
    services: ['shop', 'gone', 'cart'].map((service) => ({ service, required: false })),
  };
  await syncTrains(store.db, { trains: [definition], at: now });
  const aboard = [
    { service: 'shop', version: '1.6.0' },
    { service: 'gone', version: '1.0.0' },
    { service: 'cart', version: '2.4.0' },
  ];
  const { because } = await trains().departTrain({
    ...dates,
    number: 1,
    train: 'together',
    now,
    aboard,
    left: [],
  });
  expect(because).toMatch(
    /^Train together could not leave: all ride together, and gone 1\.0\.0 may not\. .*gone.*What to do now: \w+/,
  );
  const [departure] = await departuresOf(store.db, { train: 'together', limit: 1 });
  expect(departure).toMatchObject({ state: 'failed', because, boarded: aboard });
  expect(departure?.leftBehind).toEqual([
    {
      service: 'gone',
      version: '1.0.0',
      because: expect.stringContaining('gone'),
      remedy: expect.any(String),
    },
  ]);
  const { rows } = await store.pool.query(
    `select kind from notices where occasion::text like '%train/together/1/%'`,
  );
  expect(rows).toHaveLength(1); // the captain answers for it, too
});

test('independent, each leaves as a release of its own, after those aboard that it depends on', async () => {
  const definition = {
    id: 'own',
    captain: 'ana',
    departure: { rrule: 'FREQ=WEEKLY;BYDAY=TU', start: '2026-01-06T14:00', zone: 'Europe/Berlin' },
    cutoff: '2h',
    services: ['shop', 'cart', 'mail'].map((service) => ({ service, required: false })),
    mode: 'independent' as const,
    to: 'production',
  };
  await syncTrains(store.db, { trains: [definition], at: now });
  const aboard = [
    { service: 'shop', version: '1.5.0' },
    { service: 'cart', version: '2.2.0' },
    { service: 'gone', version: '1.0.0' },
  ];
  const first = { ...dates, train: 'own', aboard, left: [], now };
  expect(await trains().departTrain(first)).toEqual({
    because: 'cart 2.2.0, shop 1.5.0 left with train own, each as a release of its own.',
  });
  expect(await readRelease(store.db, 'train-own-1-cart')).toMatchObject({
    train: { id: 'own', departure: 1 },
  });
  expect((await readRelease(store.db, 'train-own-1-shop'))?.needs).toEqual([
    { kind: 'release', releaseId: 'train-own-1-cart' },
  ]);
  expect(await departuresOf(store.db, { train: 'own', limit: 1 })).toMatchObject([
    {
      state: 'departed',
      boarded: [
        { service: 'cart', releaseId: 'train-own-1-cart' },
        { service: 'shop', releaseId: 'train-own-1-shop' },
      ],
      leftBehind: [{ service: 'gone' }],
    },
  ]);
  // A failure of one counts as one of the departure, however the others ended.
  const end = (id: string, state: string) =>
    store.pool.query(
      `update releases set view = jsonb_set(view, '{state}', to_jsonb($2::text)) where id = $1`,
      [id, state],
    );
  await end('train-own-1-cart', 'succeeded');
  await end('train-own-1-shop', 'rolledBack');
  await trains().departTrain({ ...first, number: 2, aboard: [{ service: 'gone', version: '1.0.0' }] });
  const next = await trains().planDeparture({ train: 'own', after: now, number: 3, forgivenUpTo: 0, now });
  expect(next).toMatchObject({ kind: 'stopped' });
});

test('once the policy has it no more nothing boards and nothing leaves, though it had boarded', async () => {
  await syncTrains(store.db, { trains: [], at: now });
  const aboard = [{ service: 'shop', version: '1.4.0' }];
  expect(await trains().departTrain({ train, ...dates, number: 10, aboard, left: [], now })).toEqual({
    because: 'Train weekly is gone: the policy has it no more.',
    isOff: true,
  });
  expect(await readRelease(store.db, 'train-weekly-10')).toBeUndefined();
  expect(await trains().boardTrain({ train, ...dates, number: 10, isLeaving: false, now })).toMatchObject({
    aboard: [],
  });
});
