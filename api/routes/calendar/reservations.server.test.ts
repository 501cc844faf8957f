import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { storePolicy } from '../../../platform/record/policies.ts';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/api-app.ts';
import { aPlannedRelease, aStage } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import { buildApp } from '../../server.ts';

let server: TestServer;
let api: ApiUnderTest;
let app: Express;
let operator: string;
let admin: string;
let number = 0;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  app = buildApp({ ...api.deps, clock: () => new Date('2026-11-20T09:00:00.000Z') });
  const [staging, production] = api.policy.environments;
  if (!staging || !production) throw new Error('the policy of the tests has two environments');
  await storePolicy(api.deps.store.db, {
    policy: { ...api.policy, environments: [staging, { ...production, reservations: 'refuse' }] },
    text: 'gantry: 1',
    digest: 'refusing',
    baseDir: server.dir,
    by: { id: 'ana', kind: 'person' },
    sentences: [],
  });
  operator = await api.bearer('operator');
  admin = await api.bearer('admin');
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

const send = (method: 'get' | 'post' | 'delete', path: string, body?: object, as = operator) => {
  const sent = request(app)
    [method](path)
    .set('Authorization', as)
    .set('Idempotency-Key', `k${(number += 1)}`);
  return body === undefined ? sent : sent.send(body);
};
const span = (day: string, more: object = {}) => ({
  environment: 'staging',
  start: `${day}T10:00:00+01:00`,
  end: `${day}T12:00:00+01:00`,
  reason: 'load test before the sale',
  ...more,
});

test('a reservation is made, listed, queued behind, and its end is the turn of the next', async () => {
  const mine = await send('post', '/v1/reservations', span('2026-12-01')).expect(201);
  expect(mine.body).toMatchObject({
    owner: 'person:otto',
    title: 'load test before the sale',
    start: '2026-12-01T09:00:00.000Z',
    state: 'reserved',
    createdBy: 'otto',
    behind: [],
  });
  const next = await send('post', '/v1/reservations', span('2026-12-01', { title: 'Drill' }), admin).expect(
    201,
  );
  expect(next.body).toMatchObject({ state: 'queued', behind: [{ id: mine.body.id }] });
  const { body: list } = await send('get', '/v1/reservations?environment=staging').expect(200);
  expect(list.items.map((one: { state: string }) => one.state)).toEqual(['reserved', 'queued']);

  const ended = await send('delete', `/v1/reservations/${mine.body.id}`, { reason: 'done early' }).expect(
    200,
  );
  expect(ended.body).toMatchObject({ state: 'released', released: { by: 'otto', reason: 'done early' } });
  const { body: after } = await send('get', '/v1/reservations').expect(200);
  expect(after.items).toEqual([expect.objectContaining({ id: next.body.id, state: 'reserved' })]);
  const { body: all } = await send('get', '/v1/reservations?released=true').expect(200);
  expect(all.items).toHaveLength(2);
});

test('where the policy refuses, the holder is named', async () => {
  const production = { environment: 'production', title: 'Big move' };
  await send('post', '/v1/reservations', span('2026-12-02', production)).expect(201);
  const answer = await send('post', '/v1/reservations', span('2026-12-02', production), admin).expect(409);
  expect(answer.body.code).toBe('RESERVATION_CONFLICT');
  expect(answer.body.detail).toContain('Big move');
});

test('a reservation for a release bears its title', async () => {
  const { db } = api.deps.store;
  const release = await aPlannedRelease(db, 'shop', [aStage('staging')], { policyDigest: 'refusing' });
  const { body } = await send(
    'post',
    '/v1/reservations',
    span('2026-12-03', { release: release.view.id, services: ['shop'] }),
  ).expect(201);
  expect(body).toMatchObject({ owner: release.view.id, releaseId: release.view.id, title: 'shop 1.4.0' });
});

test.each<[string, object, number, string]>([
  ['that ends before it starts', { end: '2026-12-04T09:00:00+01:00' }, 400, 'REQUEST_INVALID'],
  [
    'of a time that is over',
    { start: '2026-11-01T09:00:00Z', end: '2026-11-01T10:00:00Z' },
    400,
    'REQUEST_INVALID',
  ],
  ['of an environment that is not there', { environment: 'stage' }, 422, 'ENVIRONMENT_UNKNOWN'],
  ['of a service that is not there', { services: ['shp'] }, 422, 'SERVICE_UNKNOWN'],
  ['for a release that is not there', { release: 'rel_none' }, 404, 'NOT_FOUND'],
])('a reservation %s is refused', async (_, more, status, code) => {
  const answer = await send('post', '/v1/reservations', span('2026-12-04', more)).expect(status);
  expect(answer.body.code).toBe(code);
});

test('a token for one service reserves that service, not the environment', async () => {
  const cart = await api.bearer('operator', ['cart']);
  await send('post', '/v1/reservations', span('2026-12-05'), cart).expect(403);
  await send('post', '/v1/reservations', span('2026-12-05', { services: ['cart'] }), cart).expect(201);
  await send('post', '/v1/reservations', span('2026-12-05', { services: ['shop'] })).expect(201);
  const { body } = await send('get', '/v1/reservations?from=2026-12-05T00:00:00Z', undefined, cart).expect(
    200,
  );
  expect(body.items.map((one: { services: string[] }) => one.services)).toEqual([['cart']]);
});
