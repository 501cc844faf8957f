import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import type { Access } from '../domain/policy/policy.schema.ts';
import { addRule } from '../platform/record/calendar/change-rules.ts';
import { dependenciesOf } from '../platform/record/calendar/dependencies.ts';
import { schedulesOf } from '../platform/record/calendar/schedules.ts';
import { milestonesOf } from '../platform/record/calendar/milestones.ts';
import { orderRelease } from '../platform/record/order-release.ts';
import { currentPolicy, storePolicy } from '../platform/record/policies.ts';
import { apiUnderTest, type ApiUnderTest } from '../test/support/api-app.ts';
import { blackFriday, byAna } from '../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../test/support/postgres.ts';

let server: TestServer;
let api: ApiUnderTest;
let app: Express;
const tokens = {} as Record<Access, string>;
let number = 0;
const freshVersion = (): string => `1.${(number += 1)}.0`;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  const { policy } = api;
  const environments = policy.environments.map((one) => ({ ...one, exclusive: one.id === 'production' }));
  await storePolicy(api.deps.store.db, {
    policy: { ...policy, environments },
    text: '',
    digest: 'exclusive',
    baseDir: server.dir,
    by: { id: 'ana', kind: 'person' },
    sentences: [],
  });
  app = api.app;
  for (const access of ['viewer', 'releaser', 'operator'] as const) tokens[access] = await api.bearer(access);
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const get = (path: string) => request(app).get(path).set('Authorization', tokens.viewer);
const post = (path: string, body: object, access: Access = 'releaser') =>
  request(app)
    .post(path)
    .set('Authorization', tokens[access])
    .set('Idempotency-Key', `k${(number += 1)}`)
    .send(body);

test('an order says when, how urgently, after what and by which dates; all of it is recorded', async () => {
  const needs = [
    { kind: 'version', service: 'cart', environment: 'production', atLeast: '2.1.0', state: 'verified' },
  ];
  const { body } = await post('/v1/releases', {
    components: [{ service: 'shop', version: freshVersion() }],
    at: '2027-01-12T09:00:00Z',
    startBy: '2027-01-12T11:00:00Z',
    urgent: 'the sale starts',
    needs,
    milestones: [{ kind: 'live', plannedAt: '2027-01-12T12:00:00Z', owner: 'ana' }],
  }).expect(202);
  expect(body).toMatchObject({
    schedule: { at: '2027-01-12T09:00:00Z', startBy: '2027-01-12T11:00:00Z' },
    urgent: 'the sale starts',
    needs,
    milestones: [{ kind: 'live', estimateAt: '2027-01-12T12:00:00Z' }],
  });
  const { db } = api.deps.store;
  expect(await schedulesOf(db, body.id)).toMatchObject([{ stage: 'production' }]);
  expect(await dependenciesOf(db, body.id)).toMatchObject([{ number: 1, state: 'open' }]);
  expect(await milestonesOf(db, body.id)).toMatchObject([{ kind: 'live', owner: 'ana' }]);
});

const needOf = (atLeast: string) => ({
  kind: 'version',
  service: 'cart',
  environment: 'production',
  atLeast,
  state: 'deployed',
});

test.each([
  ['a start after its end', { at: '2027-01-12T11:00:00Z', startBy: '2027-01-12T09:00:00Z' }],
  [
    'a milestone twice',
    {
      milestones: [
        { kind: 'live', plannedAt: '2027-01-12T12:00:00Z' },
        { kind: 'live', plannedAt: '2027-01-13T12:00:00Z' },
      ],
    },
  ],
  ['a time without zone', { at: '2027-01-12T11:00:00' }],
  ['a start in a year that no zone is known for', { at: '9999-12-31T23:59:59Z' }],
  ['such a latest start', { startBy: '9999-12-31T23:59:59Z' }],
  ['such a date of a milestone', { milestones: [{ kind: 'live', plannedAt: '9999-12-31T23:59:59Z' }] }],
  ['a version that only begins as one', { needs: [needOf('1.0.0!!!')] }],
  ['a version with a leading zero', { needs: [needOf('01.0.0')] }],
  ['a soak of ages', { needs: [{ ...needOf('1.0.0'), state: 'soaked', soakMs: 8.64e15 }] }],
])('%s is refused before anything is recorded', async (_, dates) => {
  const order = { components: [{ service: 'shop', version: freshVersion() }], ...dates };
  const { status } = await post('/v1/releases', order);
  expect([400, 422]).toContain(status);
});

test('two releases that would wait for each other are refused with the way round', async () => {
  const [shop, cart] = [freshVersion(), freshVersion()];
  const need = (service: string, atLeast: string) => [
    { kind: 'version', service, environment: 'production', atLeast, state: 'deployed' },
  ];
  await post('/v1/releases', {
    components: [{ service: 'shop', version: shop }],
    needs: need('cart', cart),
  }).expect(202);
  const { body } = await post('/v1/releases', {
    components: [{ service: 'cart', version: cart }],
    needs: need('shop', shop),
  }).expect(409);
  expect(body).toMatchObject({ code: 'DEPENDENCY_CYCLE', detail: expect.stringContaining(`shop ${shop}`) });
});

test('a release is rescheduled by a command that the workflow gets', async () => {
  const { body } = await post('/v1/releases', { components: [{ service: 'shop', version: freshVersion() }] });
  api.engine.onUpdate = async () => ({ state: 'gating', headline: 'Is to start later.', seq: 0 });
  await post(`/v1/releases/${body.id}/schedule`, { at: '2027-01-12T09:00:00Z' }, 'operator').expect(200);
  expect(api.engine.updates.at(-1)).toMatchObject({
    name: 'reschedule',
    input: { schedule: { at: '2027-01-12T09:00:00Z' } },
  });
});

test.each([
  ['starts in the past', { at: '2026-01-01T09:00:00Z' }, 'START_PASSED'],
  ['may start no more', { startBy: '2026-01-01T09:00:00Z' }, 'START_PASSED'],
  [
    'waits for a release that nobody knows',
    { needs: [{ kind: 'release', releaseId: 'shop@9.9.9' }] },
    'NOT_FOUND',
  ],
  [
    'waits for a service that nobody knows',
    { needs: [{ kind: 'version', service: 'kart', environment: 'production', atLeast: '1.5.0' }] },
    'SERVICE_UNKNOWN',
  ],
  [
    'has a date of somebody unknown',
    { milestones: [{ kind: 'live', plannedAt: '2037-01-12T12:00:00Z', owner: 'nobody' }] },
    'PERSON_UNKNOWN',
  ],
])('an order that %s is refused, and nothing is recorded', async (_, dates, code) => {
  const before = (await get('/v1/releases').expect(200)).body.items.length;
  const order = { components: [{ service: 'shop', version: freshVersion() }], ...dates };
  const { body } = await post('/v1/releases', order);
  expect(body).toMatchObject({ code, remedy: expect.any(String) });
  expect((await get('/v1/releases').expect(200)).body.items).toHaveLength(before);
});

test('a release waits for another one that is named by service and version', async () => {
  const version = freshVersion();
  const first = await post('/v1/releases', { components: [{ service: 'cart', version }] }).expect(202);
  const { body } = await post('/v1/releases', {
    components: [{ service: 'shop', version: freshVersion() }],
    needs: [{ kind: 'release', releaseId: `cart@${version}` }],
  }).expect(202);
  expect(body.needs).toEqual([{ kind: 'release', releaseId: first.body.id }]);
});

test.each([
  ['schedule', { at: '2026-01-01T09:00:00Z' }, 'START_PASSED'],
  [
    'milestones',
    { milestones: [{ kind: 'live', plannedAt: '2037-01-12T12:00:00Z', owner: 'bobby' }] },
    'PERSON_UNKNOWN',
  ],
])('what cannot be is refused before the workflow hears of it: %s', async (path, body, code) => {
  const order = { components: [{ service: 'shop', version: freshVersion() }] };
  const { id } = (await post('/v1/releases', order).expect(202)).body;
  const asked = api.engine.updates.length;
  const { body: answer } = await post(`/v1/releases/${id}/${path}`, body, 'operator').expect(422);
  expect(answer.code).toBe(code);
  expect(api.engine.updates).toHaveLength(asked);
});

test('the slot that is waited for is reserved, moves with the start, and goes where no time is planned', async () => {
  const start = new Date().toISOString();
  const end = new Date(Date.now() + 2 * 3_600_000).toISOString();
  const test = { environment: 'production', start, end, reason: 'load test' };
  await post('/v1/reservations', test, 'operator').expect(201);
  const { body } = await post('/v1/releases', {
    components: [{ service: 'shop', version: freshVersion() }],
    next: true,
  }).expect(202);
  const reserved = async () => {
    const { items } = (await get('/v1/reservations').expect(200)).body;
    return items
      .filter(({ owner }: { owner: string }) => owner === body.id)
      .map(({ start }: { start: string }) => start);
  };
  expect(await reserved()).toEqual([end]);
  api.engine.onUpdate = async () => ({ state: 'gating', headline: 'Is to start later.', seq: 0 });
  await post(`/v1/releases/${body.id}/schedule`, { at: '2037-01-13T09:00:00Z' }, 'operator').expect(200);
  expect(await reserved()).toEqual(['2037-01-13T09:00:00.000Z']);
  await post(`/v1/releases/${body.id}/schedule`, {}, 'operator').expect(200);
  expect(await reserved()).toEqual([]);
});

test('slots begin after the freeze and say why the time before does not do', async () => {
  await addRule(api.deps.store.db, {
    ...byAna(),
    rule: { ...blackFriday(), from: '2026-01-01T00:00', to: '2099-01-01T00:00', id: 'long', owner: 'otto' },
  });
  const { body } = await get('/v1/slots?service=shop&count=1&from=2098-06-01T00:00:00Z').expect(200);
  expect(body).toMatchObject({ environment: 'production', slots: [{ start: '2098-12-31T23:00:00.000Z' }] });
});

test('T54: a start in a known freeze is told so when it is planned', async () => {
  const order = { components: [{ service: 'shop', version: freshVersion() }] };
  const { body } = await post('/v1/releases', { ...order, at: '2098-05-01T00:00:00Z' }).expect(202);
  expect(body.note).toContain('Reschedule it to');
});

test('a simulation says what each gate would say and who would be asked, and changes nothing', async () => {
  const before = await get('/v1/releases').expect(200);
  const { body } = await post('/v1/simulations', {
    service: 'shop',
    version: '9.0.0',
    at: '2098-06-01T00:00:00Z',
  }).expect(200);
  expect(body.stages.map(({ environment }: { environment: string }) => environment)).toEqual([
    'staging',
    'production',
  ]);
  expect(
    body.stages[1].verdicts.map(({ gate, kind }: { gate: string; kind: string }) => [gate, kind]),
  ).toEqual([
    ['schedule', expect.any(String)],
    ['freeze', 'denied'],
    ['quarantine', 'allowed'],
    ['checks', 'allowed'],
    ['rollback plan', 'allowed'],
    ['approvals', 'needsPeople'],
  ]);
  expect(body.stages[1]).toMatchObject({
    approvals: [{ rule: 'qa', atLeast: 1, candidates: ['cleo'] }],
  });
  expect((await get('/v1/releases').expect(200)).body.items).toHaveLength(before.body.items.length);
});

const admissionOf = (body: {
  stages: { verdicts: { gate: string; because: string; remedy?: string }[] }[];
}) => body.stages[0]?.verdicts.filter(({ gate }) => gate === 'admission');

test('a simulation says what an order would be refused for because of its time', async () => {
  const shop = { service: 'shop', version: '9.0.0' };
  const at = new Date(Date.now() - 600_000).toISOString();
  const passed = await post('/v1/simulations', { ...shop, at }).expect(200);
  expect(admissionOf(passed.body)).toMatchObject([
    { kind: 'denied', because: expect.stringMatching(/has passed/) },
  ]);
  const refused = await post('/v1/releases', { components: [shop], at }).expect(422);
  expect(admissionOf(passed.body)?.[0]?.because).toBe(refused.body.detail);
  const upside = { at: '2098-06-01T10:00:00Z', startBy: '2098-06-01T09:00:00Z' };
  await post('/v1/simulations', { ...shop, ...upside }).expect(400);
  const ahead = await post('/v1/simulations', { ...shop, at: '2098-06-01T10:00:00Z' }).expect(200);
  expect(admissionOf(ahead.body)).toEqual([]);
});

test('a simulation names the reservation that an order would be refused for', async () => {
  const { db } = api.deps.store;
  const stored = await currentPolicy(db);
  const refusing = stored?.policy.environments.map((one) =>
    one.id === 'production' ? { ...one, reservations: 'refuse' as const } : one,
  );
  if (!stored || !refusing) throw new Error('no policy');
  const inForce = async (digest: string, environments: typeof refusing) =>
    storePolicy(db, {
      ...{ policy: { ...stored.policy, environments }, text: '', digest, baseDir: server.dir },
      ...{ by: { id: 'ana', kind: 'person' as const }, sentences: [] },
    });
  const at = '2097-03-03T09:00:00Z';
  await post('/v1/releases', { components: [{ service: 'shop', version: freshVersion() }], at }).expect(202);
  const wanted = { service: 'shop', version: freshVersion(), at };
  expect(admissionOf((await post('/v1/simulations', wanted).expect(200)).body)).toEqual([]);
  await inForce('refusing', refusing);
  const { body } = await post('/v1/simulations', wanted).expect(200);
  await inForce(stored.digest, stored.policy.environments);
  expect(admissionOf(body)).toMatchObject([{ because: expect.stringContaining('reserved') }]);
});

test('a service that nobody knows is refused by name', async () => {
  await get('/v1/slots?service=nosuch').expect(422);
});

test('the calendar lists what stands in it, and a program reads it under an address of its own until that is revoked', async () => {
  const { body } = await get('/v1/calendar?from=2098-01-01T00:00:00Z&to=2098-02-01T00:00:00Z').expect(200);
  expect(body.items).toMatchObject([{ kind: 'freeze', title: 'freeze long' }]);
  await get('/v1/calendar?from=2098-02-01T00:00:00Z&to=2098-01-01T00:00:00Z').expect(400);
  const feed = (await post('/v1/calendar/feeds', { name: 'All', services: ['shop'] }).expect(201)).body;
  const path = new URL(feed.url).pathname;
  const read = await request(app)
    .get(path)
    .expect(200)
    .expect('Content-Type', 'text/calendar; charset=utf-8');
  expect(read.text).toContain('SUMMARY:freeze long');
  expect(read.text).toContain('Owner: Otto');
  await request(app).get(path).set('If-None-Match', read.headers['etag']!).expect(304);
  const list = await request(app).get('/v1/calendar/feeds').set('Authorization', tokens.releaser).expect(200);
  expect(JSON.stringify(list.body)).not.toContain(path.split('/').at(-1)!.slice(0, 20));
  await request(app).delete(`/v1/calendar/feeds/${feed.id}`).set('Authorization', tokens.viewer).expect(404);
  await request(app)
    .delete(`/v1/calendar/feeds/${feed.id}`)
    .set('Authorization', tokens.releaser)
    .expect(200);
  await request(app).get(path).expect(404);
});

test('a version that rides with an open train is not ordered by itself as well', async () => {
  const version = freshVersion();
  const train = {
    id: 'train-weekly-3',
    components: [
      { service: 'cart', version: '2.0.0' },
      { service: 'shop', version },
    ],
    intent: 'deploy' as const,
    by: { id: 'train:weekly', kind: 'system' as const },
    train: { id: 'weekly', departure: 3 },
  };
  const at = { now: new Date('2026-11-20T09:00:00Z'), publicUrl: 'http://127.0.0.1:8640' };
  const { view } = await orderRelease(api.deps.store.db, train, at);
  const { body } = await post('/v1/releases', { components: [{ service: 'shop', version }] }).expect(409);
  expect(body).toMatchObject({
    code: 'RELEASE_OPEN',
    detail: expect.stringContaining(`shop ${version} rides with train weekly already (departure 3)`),
  });
  expect(body.detail).toContain(`/releases/${view.id}`);
  await post('/v1/releases', { components: [{ service: 'shop', version: freshVersion() }] }).expect(202);
});

test('a release shows what it waits for with whether it is there, and its reservation', async () => {
  const other = await post('/v1/releases', { components: [{ service: 'cart', version: '7.0.0' }] }).expect(
    202,
  );
  const { body } = await post('/v1/releases', {
    components: [{ service: 'shop', version: freshVersion() }],
    at: '2027-03-12T09:00:00Z',
    needs: [{ kind: 'release', releaseId: other.body.id }],
  }).expect(202);
  const shown = await get(`/v1/releases/${body.id}`).expect(200);
  expect(shown.body.plan).toMatchObject({
    reservations: [{ environment: 'production', start: '2027-03-12T09:00:00.000Z', state: 'reserved' }],
    awaits: [{ number: 1, what: 'release cart 7.0.0', state: 'waiting', releaseId: other.body.id }],
  });
  expect((await get(`/v1/releases/${other.body.id}`)).body.plan).toBeUndefined();
});
