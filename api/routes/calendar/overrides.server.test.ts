import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Express } from 'express';
import { noticesOf } from '../../../platform/record/notices.ts';
import request from 'supertest';
import type { Access } from '../../../domain/policy/policy.schema.ts';
import { apiUnderTest, type ApiUnderTest } from '../../../test/support/api-app.ts';
import { aPlannedRelease, aStage } from '../../../test/support/calendar-builders.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import { giveOverride, secondOverride } from '../../../platform/record/calendar/give-override.ts';
import { buildApp } from '../../server.ts';

let server: TestServer;
let api: ApiUnderTest;
let app: Express;
let now = new Date('2026-11-26T09:00:00.000Z');
const tokens = {} as Record<Access, string>;
let number = 0;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  app = buildApp({ ...api.deps, clock: () => now });
  for (const access of ['viewer', 'releaser', 'approver', 'operator', 'admin'] as const)
    tokens[access] = await api.bearer(access);
  await send('post', '/v1/freezes', {
    id: 'sale',
    from: '2026-11-26T00:00',
    to: '2026-12-01T00:00',
    scope: { environments: ['production'] },
    reason: 'sale of the year',
  }).expect(201);
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});

type Method = 'get' | 'post' | 'delete';
function send(method: Method, path: string, body?: object, access: Access = 'operator') {
  const sent = request(app)
    [method](path)
    .set('Authorization', tokens[access])
    .set('Idempotency-Key', `k${(number += 1)}`);
  return body === undefined ? sent : sent.send(body);
}

async function aFrozenRelease(): Promise<string> {
  const { db } = api.deps.store;
  const { digest } = await db.selectFrom('policies').select('digest').executeTakeFirstOrThrow();
  const stages = [aStage('production')];
  const release = await aPlannedRelease(db, 'shop', stages, { policyDigest: digest }, `1.${(number += 1)}.0`);
  return release.view.id;
}

const override = (more: object = {}) => ({
  freeze: 'sale',
  environment: 'production',
  reason: 'the checkout loses orders',
  expires: '2026-11-26T21:00:00Z',
  ...more,
});

const budget = async () => {
  const { body } = await send('get', '/v1/overrides/budget').expect(200);
  return body.items.find(({ team }: { team: string }) => team === 'person:otto');
};

test.each<[string, object, number, string]>([
  ['a short reason', { reason: 'because' }, 400, 'REQUEST_INVALID'],
  ['more than 24 hours', { expires: '2026-11-27T09:00:01Z' }, 422, 'OVERRIDE_INVALID'],
  ['an end that is over', { expires: '2026-11-26T09:00:00Z' }, 422, 'OVERRIDE_INVALID'],
  ['another revision of the freeze', { revision: 7 }, 412, 'STALE'],
  ['an environment that it does not go to', { environment: 'staging' }, 422, 'OVERRIDE_INVALID'],
  ['a freeze that is not there', { freeze: 'sail' }, 404, 'NOT_FOUND'],
])('an override with %s is refused and takes nothing of the budget', async (_, more, status, code) => {
  const answer = await send('post', `/v1/releases/${await aFrozenRelease()}/overrides`, override(more));
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect((await budget()).spent).toBe(0);
});

test('two overrides in 30 days are a team’s own, the third needs a second person', async () => {
  const first = await aFrozenRelease();
  const given = await send('post', `/v1/releases/${first}/overrides`, override()).expect(201);
  expect(given.body).toMatchObject({
    state: 'live',
    by: 'otto',
    needsSecond: false,
    revision: 1,
    budget: { team: 'person:otto', left: 2 },
  });
  const next = await aFrozenRelease();
  await send('post', `/v1/releases/${next}/overrides`, override()).expect(201);
  expect(await budget()).toMatchObject({ spent: 2, left: 0, nextFreeAt: '2026-12-26T09:00:00.000Z' });

  const third = await aFrozenRelease();
  const path = `/v1/releases/${third}/overrides`;
  const asked = await send('post', path, override()).expect(201);
  expect(asked.body).toMatchObject({ state: 'unseconded', needsSecond: true });
  const told = (await noticesOf(api.deps.store.db, third)).map(({ kind, person }) => [kind, person]);
  expect(told).toEqual([['secondAsked', 'ana']]);
  expect((await send('get', '/v1/overrides').expect(200)).body.items[0]).toMatchObject({
    id: asked.body.id,
    releaseId: third,
  });
  const own = await send('post', `${path}/${asked.body.id}/second`, {}).expect(422);
  expect(own.body).toMatchObject({
    detail: expect.stringContaining('you asked for it yourself'),
    remedy: expect.stringContaining('Ask somebody else who may agree'),
  });
  await send('post', `${path}/${asked.body.id}/second`, {}, 'approver').expect(403);
  const agreed = await send('post', `${path}/${asked.body.id}/second`, {}, 'admin').expect(200);
  expect(agreed.body).toMatchObject({ state: 'live', seconded: { by: 'ana' } });

  now = new Date('2026-12-26T09:00:00.001Z');
  expect(await budget()).toMatchObject({ spent: 0, left: 2 });
  now = new Date('2026-11-26T09:00:00.000Z');
});

test('two who ask at once do not both take the last of a budget', async () => {
  const releases = [await aFrozenRelease(), await aFrozenRelease(), await aFrozenRelease()];
  const answers = await Promise.all(
    releases.map((id) => send('post', `/v1/releases/${id}/overrides`, override(), 'admin')),
  );
  expect(answers.map(({ body }) => body.state).sort()).toEqual(['live', 'live', 'unseconded']);
});

test('two tokens of one account are one person, also where the policy names nobody', async () => {
  const gave = { by: { id: 'tok_1', kind: 'token' as const }, account: 'local-admin' };
  const { db } = api.deps.store;
  const releaseId = await aFrozenRelease();
  const { id } = await giveOverride(db, {
    ...gave,
    at: now.toISOString(),
    freezeId: 'sale',
    releaseId,
    environment: 'production',
    reason: 'the checkout loses orders',
    expiresAt: '2026-11-26T21:00:00.000Z',
    needsSecond: true,
  });
  const agree = (account: string) =>
    secondOverride(db, { by: { id: 'tok_2', kind: 'token' }, account, at: now.toISOString(), id });
  await expect(agree('local-admin')).rejects.toMatchObject({ code: 'OVERRIDE_INVALID' });
  await expect(agree('somebody-else')).resolves.toMatchObject({ state: 'live' });
});

test('a closed window is overridden like a freeze', async () => {
  await send('post', '/v1/windows', {
    id: 'night',
    start: '2026-01-05T22:00',
    rrule: 'FREQ=DAILY',
    duration: '6h',
    scope: { environments: ['production'] },
    reason: 'quiet hours',
  }).expect(201);
  const path = `/v1/releases/${await aFrozenRelease()}/overrides`;
  await send('post', path, override({ freeze: 'night' }), 'admin').expect(201);
  await send('delete', '/v1/windows/night', { reason: 'tried' }).expect(200);
});

test('an override is listed with its release, and taken back with a reason', async () => {
  const id = await aFrozenRelease();
  const path = `/v1/releases/${id}/overrides`;
  const { body: given } = await send('post', path, override(), 'admin').expect(201);
  const { body: list } = await send('get', path, undefined, 'viewer').expect(200);
  expect(list.items.map((one: { id: string }) => one.id)).toEqual([given.id]);
  const other = await aFrozenRelease();
  await send('delete', `/v1/releases/${other}/overrides/${given.id}`, { reason: 'wrong one' }).expect(404);
  await send('delete', `${path}/${given.id}`, {}).expect(400);
  const ended = await send('delete', `${path}/${given.id}`, { reason: 'the fix can wait' }).expect(200);
  expect(ended.body).toMatchObject({ state: 'revoked', revoked: { by: 'otto', reason: 'the fix can wait' } });
});

test('an override that stands is the answer to a second one, which says so and takes nothing of the budget', async () => {
  now = new Date('2026-11-26T09:00:00.000Z');
  const path = `/v1/releases/${await aFrozenRelease()}/overrides`;
  const until = (expires: string, more: object = {}) =>
    send('post', path, override({ reason: 'it is still in the way', expires, ...more })).expect(201);
  const { body: first } = await send('post', path, override({ expires: '2026-11-26T11:00:00Z' }), 'admin');
  expect(first).not.toHaveProperty('note');
  // Ana's budget is spent by now, so that somebody else agrees.
  await secondOverride(api.deps.store.db, {
    ...{ by: { id: 'ben', kind: 'person' }, at: now.toISOString(), id: first.id },
  });
  const before = await budget();
  const { body: again } = await until('2026-11-26T11:00:05Z');
  expect(again).toMatchObject({ id: first.id, expiresAt: '2026-11-26T11:00:00.000Z' });
  expect(again.note).toMatch(/already, by Ana[^]*“the checkout loses orders”[^]*not recorded/);
  expect(await budget()).toEqual(before);
  const { body: longer } = await until('2026-11-26T12:00:00Z', { longer: true });
  expect(longer.id).not.toBe(first.id);
  expect(longer.note).toBeUndefined();
  expect((await budget()).spent).toBe(before.spent + 1);
});

test('who may not operate gives no override', async () => {
  await send('post', `/v1/releases/${await aFrozenRelease()}/overrides`, override(), 'releaser').expect(403);
});

test('a token for some services lists the overrides of their releases alone', async () => {
  const id = await aFrozenRelease();
  await send('post', `/v1/releases/${id}/overrides`, override()).expect(201);
  const releasesSeen = async (services: string[]): Promise<string[]> => {
    const { body } = await request(app)
      .get('/v1/overrides')
      .set('Authorization', await api.bearer('viewer', services))
      .expect(200);
    return body.items.map(({ releaseId }: { releaseId: string }) => releaseId);
  };
  expect(await releasesSeen(['shop'])).toContain(id);
  expect(await releasesSeen(['cart'])).toEqual([]);
});
