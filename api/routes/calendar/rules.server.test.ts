import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import type { Access } from '../../../domain/policy/policy.schema.ts';
import { syncPolicyCalendar } from '../../../platform/record/calendar/sync-policy.ts';
import { inTransaction } from '../../../platform/database/open.ts';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/api-app.ts';
import { aPlannedRelease, aStage, pendingWakes } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import { buildApp } from '../../server.ts';

let server: TestServer;
let api: ApiUnderTest;
let app: Express;
const tokens = {} as Record<Access, string>;
let number = 0;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  app = buildApp({ ...api.deps, clock: () => new Date('2026-11-20T09:00:00.000Z') });
  for (const access of ['viewer', 'operator'] as const) tokens[access] = await api.bearer(access);
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

type Method = 'get' | 'post' | 'put' | 'delete';
const send = (method: Method, path: string, body?: object, as = tokens.operator) => {
  const sent = request(app)
    [method](path)
    .set('Authorization', as)
    .set('Idempotency-Key', `k${(number += 1)}`);
  return body === undefined ? sent : sent.send(body);
};

const freeze = (id: string, more: object = {}) => ({
  id,
  zone: 'Europe/Berlin',
  from: '2026-11-26T00:00',
  to: '2026-12-01T00:00',
  scope: { environments: ['production'] },
  reason: 'sale of the year',
  ...more,
});

test('a freeze is added, shown with its next times, changed and lifted', async () => {
  const added = await send('post', '/v1/freezes', freeze('sale')).expect(201);
  expect(added.headers['location']).toBe('/v1/freezes/sale');
  expect(added.body).toMatchObject({
    id: 'sale',
    origin: 'api',
    revision: 1,
    createdBy: 'otto',
    about: 'production',
    when: 'from 26 Nov 2026 00:00 to 1 Dec 2026 00:00 (Europe/Berlin)',
    next: [{ start: '2026-11-25T23:00:00.000Z', end: '2026-11-30T23:00:00.000Z', marks: [] }],
  });
  const { body: list } = await send('get', '/v1/freezes', undefined, tokens.viewer).expect(200);
  expect(list.items.map((one: { id: string }) => one.id)).toContain('sale');

  const longer = freeze('sale', { to: '2026-12-02T00:00', reason: 'one day more' });
  const changed = await send('put', '/v1/freezes/sale', longer).set('If-Match', '"1"').expect(200);
  expect(changed.body).toMatchObject({ revision: 2, reason: 'one day more' });
  expect(changed.headers['etag']).toBe('"2"');
  const stale = await send('put', '/v1/freezes/sale', freeze('sale')).set('If-Match', '"1"').expect(412);
  expect(stale.body).toMatchObject({ code: 'STALE', detail: expect.stringContaining('freeze sale') });
  // Nobody's change is lost in silence: who replaces the whole says what they have looked at.
  const blind = await send('put', '/v1/freezes/sale', freeze('sale')).expect(428);
  expect(blind.body).toMatchObject({
    code: 'SEEN_STATE_MISSING',
    remedy: expect.stringContaining('If-Match'),
  });

  const lifted = await send('delete', '/v1/freezes/sale', { reason: 'the sale is over' }).expect(200);
  expect(lifted.body).toMatchObject({ next: [], retired: { by: 'otto', reason: 'the sale is over' } });
  const { body: now } = await send('get', '/v1/freezes').expect(200);
  expect(now.items.map((one: { id: string }) => one.id)).not.toContain('sale');
  const { body: all } = await send('get', '/v1/freezes?lifted=true').expect(200);
  expect(all.items.map((one: { id: string }) => one.id)).toContain('sale');
});

test('a window takes the zone of the organisation, and a name where it has none', async () => {
  const window = {
    start: '2026-01-05T22:00',
    rrule: 'FREQ=DAILY',
    duration: '6h',
    reason: 'few people at night',
  };
  const { body } = await send('post', '/v1/windows', window).expect(201);
  expect(body).toMatchObject({ kind: 'window', zone: 'UTC', id: expect.stringMatching(/^win_/) });
  expect(body.next).toHaveLength(10);
  expect((await send('get', `/v1/windows/${body.id}`).expect(200)).body.id).toBe(body.id);
  const listed: { id: string; next: unknown[] }[] = (await send('get', '/v1/windows')).body.items;
  expect(listed.find(({ id }) => id === body.id)?.next).toHaveLength(3);
  await send('get', `/v1/freezes/${body.id}`).expect(404);
  await send('delete', `/v1/windows/${body.id}`, { reason: 'no longer needed' }).expect(200);
});

test('a freeze wakes the releases that it concerns, and no others', async () => {
  const { db } = api.deps.store;
  const release = await aPlannedRelease(db, 'shop', [aStage('production')], { policyDigest: await digest() });
  const other = await aPlannedRelease(db, 'cart', [aStage('staging')], { policyDigest: await digest() });
  await send('post', '/v1/freezes', freeze('waking')).expect(201);
  const woken = (await pendingWakes(db)).map((one) => one.releaseId);
  expect(woken).toContain(release.view.id);
  expect(woken).not.toContain(other.view.id);
});

const digest = async (): Promise<string> =>
  (await api.deps.store.db.selectFrom('policies').select('digest').executeTakeFirstOrThrow()).digest;

test('a rule of gantry.yaml is changed in gantry.yaml alone', async () => {
  const { db } = api.deps.store;
  const policy = {
    ...api.policy,
    freezes: [{ id: 'xmas', from: '2026-12-24T00:00', to: '2026-12-27T00:00' }],
  };
  await inTransaction(db, (trx) =>
    syncPolicyCalendar(trx, {
      policy,
      before: api.policy,
      by: { id: 'ana', kind: 'person' },
      at: '2026-11-20T09:00:00.000Z',
    }),
  );
  expect((await send('get', '/v1/freezes/xmas').expect(200)).body.origin).toBe('policy');
  for (const answer of [
    await send('put', '/v1/freezes/xmas', freeze('xmas')),
    await send('delete', '/v1/freezes/xmas', { reason: 'no holidays' }),
  ]) {
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('CALENDAR_RULE_OF_POLICY');
    expect(answer.body.remedy).toContain('gantry.yaml');
  }
  const taken = await send('post', '/v1/freezes', freeze('xmas')).expect(409);
  expect(taken.body.code).toBe('CALENDAR_RULE_EXISTS');
});

test.each<[string, object, number, string]>([
  ['without a reason', freeze('a', { reason: undefined }), 422, 'CALENDAR_REASON_MISSING'],
  ['that ends before it starts', freeze('a', { to: '2026-11-25T00:00' }), 400, 'REQUEST_INVALID'],
  [
    'of a service that is not there',
    freeze('a', { scope: { services: ['shp'] } }),
    422,
    'CALENDAR_RULE_INVALID',
  ],
  ['of an owner who is not there', freeze('a', { owner: 'zoe' }), 422, 'CALENDAR_RULE_INVALID'],
])('a freeze %s is refused', async (_, body, status, code) => {
  const answer = await send('post', '/v1/freezes', body).expect(status);
  expect(answer.body.code).toBe(code);
  await send('get', '/v1/freezes/a').expect(404);
});

test('a rule keeps its name', async () => {
  await send('post', '/v1/freezes', freeze('kept')).expect(201);
  await send('put', '/v1/freezes/kept', freeze('renamed')).expect(400);
});

test('the line is stopped from now on without end, and lifted as a freeze', async () => {
  const { body } = await request(app)
    .post('/v1/stop-the-line')
    .set('Authorization', tokens.operator)
    .send({ reason: 'the payment provider is down' })
    .expect(201);
  expect(body.id).toMatch(/^stop-2026-11-20t09\.00\.00-[0-9a-f]{4}$/);
  expect(body).toMatchObject({ stopTheLine: true, about: 'everything' });
  expect(body.next).toEqual([expect.objectContaining({ start: '2026-11-20T09:00:00.000Z' })]);
  expect(body.next[0]).not.toHaveProperty('end');
  const again = await send('post', '/v1/stop-the-line', { reason: 'a second person saw it, too' }).expect(
    200,
  );
  expect(body).not.toHaveProperty('note');
  expect(again.body).toMatchObject({
    id: body.id,
    changed: false,
    note: 'It is stopped already, by Otto since Fri 20 Nov 09:00 UTC: “the payment provider is down”. Nothing has changed, and the reason that you give now is not recorded.',
  });
  const lift = (reason: string) => send('delete', `/v1/freezes/${body.id}`, { reason }).expect(200);
  expect((await lift('it is back')).body).not.toHaveProperty('note');
  expect((await lift('it is back')).body).toMatchObject({
    changed: false,
    note: 'It is lifted already, by Otto since Fri 20 Nov 09:00 UTC: “it is back”. Nothing has changed.',
  });
});

test('a token for one service freezes that service, not everything', async () => {
  const cart = await api.bearer('operator', ['cart']);
  await send('post', '/v1/freezes', freeze('all-of-it'), cart).expect(403);
  const refused = await send('post', '/v1/stop-the-line', { reason: 'why not' }, cart).expect(403);
  expect(refused.body.detail).toMatch(/the token is for cart only, not for everything\.$/);
  expect(refused.body.remedy).toMatch(/`gantry token create NAME`.*leave out `--service`/);
  const mine = { scope: { services: ['cart'], environments: ['production'] } };
  await send('post', '/v1/freezes', freeze('cart-only', mine), cart).expect(201);
  await send('put', '/v1/freezes/cart-only', freeze('cart-only'), cart).expect(403);
  const shops = { scope: { services: ['shop'], environments: ['production'] } };
  await send('post', '/v1/freezes', freeze('shop-only', shops)).expect(201);
  const { body } = await send('get', '/v1/freezes', undefined, cart).expect(200);
  expect(body.items.map((one: { id: string }) => one.id)).toContain('cart-only');
  expect(body.items.map((one: { id: string }) => one.id)).not.toContain('shop-only');
});

test('a window without end is one on every surface', async () => {
  const own = await apiUnderTest(await server.database(), server.dir);
  const bearer = await own.bearer('operator');
  const alone = buildApp({ ...own.deps, clock: () => new Date('2026-11-20T09:00:00.000Z') });
  const ask = async (method: 'get' | 'post', path: string, body?: object) =>
    request(alone)
      [method](path)
      .set('Authorization', bearer)
      .set('Idempotency-Key', `w${(number += 1)}`)
      .send(body);
  const times = { id: 'always', from: '2026-11-01T00:00' };
  const scope = { environments: ['production'] };
  const window = { ...times, zone: 'UTC', scope, reason: 'somebody is always there' };
  const added = await ask('post', '/v1/windows', window);
  expect(added.body.next).toMatchObject([{ start: '2026-11-01T00:00:00.000Z' }]);
  expect(added.body.next[0]).not.toHaveProperty('end');
  const rules = { zone: 'UTC', windows: [times], now: '2026-11-20T09:00:00Z' };
  expect((await ask('post', '/v1/calendar/evaluate', rules)).body).toMatchObject({
    open: true,
    nextClose: null,
  });
  const slots = await ask('get', '/v1/slots?service=shop');
  expect(slots.body.slots[0].start).toBe('2026-11-20T09:00:00.000Z');
  const simulated = await ask('post', '/v1/simulations', { service: 'shop', version: '1.0.0' });
  expect(simulated.body.stages.at(-1).verdicts).toContainEqual({
    ...{ gate: 'window', kind: 'allowed', because: 'Open without end (window "always").' },
  });
  const listed = await ask('get', '/v1/calendar?from=2026-11-20T00:00:00Z&to=2026-12-20T00:00:00Z');
  const [entry] = listed.body.items;
  expect(entry).toMatchObject({ kind: 'window', start: '2026-11-01T00:00:00.000Z' });
  expect(entry).not.toHaveProperty('end');
  const { url } = (await ask('post', '/v1/calendar/feeds', { name: 'mine' })).body as { url: string };
  expect((await ask('get', new URL(url).pathname)).status).toBe(200);
  own.draining.abort();
});
