import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { apiUnderTest, personOf, type ApiUnderTest } from '../../test/support/api-app.ts';
import { browserOf } from '../../test/support/browser-of.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import type { Access } from '../../domain/policy/policy.schema.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { writeEnvironment } from '../../platform/record/environment-locks.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { insertRelease } from '../../platform/record/releases.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { aRelease, anEvent, type StoredRelease } from '../../test/support/record-builders.ts';

let server: TestServer;
let api: ApiUnderTest;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
});
afterAll(() => server.stop());

const secretIn = (text: string): string => /<code>(gantry_[^<]+)<\/code>/.exec(text)?.[1] ?? '';
const idIn = (text: string, name: string): string =>
  new RegExp(`/tokens/([^/"]+)/revoke"[^]*?Revoke ${name}<`).exec(text)?.[1] ?? '';
const ci = { name: 'ci', access: 'releaser', services: 'shop', expires: '30d', once: 'form-1' };

describe('a token of one’s own', () => {
  test('is made and shown once, works with what was chosen, and ends when it is revoked', async () => {
    const ben = await browserOf(api, 'releaser');
    const made = await ben.post('/tokens', ci).expect(200);
    expect(made.headers['cache-control']).toBe('no-store');
    const secret = secretIn(made.text);
    const asToken = () => supertest(api.app).get('/v1/me').set('Authorization', `Bearer ${secret}`);
    expect((await asToken().expect(200)).body).toMatchObject({
      access: ['releaser'],
      services: ['shop'],
      zone: 'UTC',
    });
    const list = await ben.get('/tokens').expect(200);
    expect(list.text).not.toContain(secret);
    expect(list.text).toMatch(/<strong>ci<\/strong>: releaser, only shop/);
    expect(list.text).toContain('last used');
    const revoked = await ben
      .post(`/tokens/${idIn(list.text, 'ci')}/revoke`, {})
      .expect(303)
      .expect('Location', '/tokens');
    expect((await ben.follow(revoked).expect(200)).text).toContain('The token is revoked');
    expect((await ben.get('/tokens')).text).not.toContain('The token is revoked');
    await asToken().expect(401);
    expect((await ben.get('/tokens')).text).toContain('1 revoked or past their end');
  });

  test('is made once, however often its form is sent', async () => {
    const ben = await browserOf(api, 'releaser');
    const first = await ben.post('/tokens', { ...ci, name: 'twice', once: 'form-2' }).expect(200);
    const again = await ben.post('/tokens', { ...ci, name: 'twice', once: 'form-2' }).expect(200);
    expect(secretIn(first.text)).not.toBe('');
    expect(secretIn(again.text)).toBe('');
    expect(again.text).toContain('This form was sent before');
    expect(again.text.match(/<strong>twice<\/strong>/g)).toHaveLength(1);
  });

  test('cannot have more than its person, whatever the form says', async () => {
    const vera = await browserOf(api, 'viewer');
    const { text } = await vera
      .post('/tokens', { ...ci, access: ['viewer', 'admin'], once: 'form-3' })
      .expect(200);
    const { body } = await supertest(api.app)
      .get('/v1/me')
      .set('Authorization', `Bearer ${secretIn(text)}`);
    expect(body.access).toEqual(['viewer']);
  });

  test('cannot have more than its person over the API either, and the refusal says what is too much', async () => {
    const admin = await api.bearer('admin');
    const ask = (body: object) =>
      supertest(api.app)
        .post('/v1/tokens')
        .set('Authorization', admin)
        .set('Idempotency-Key', `beyond-${JSON.stringify(body)}`)
        .send({ name: 'ci', ...body });
    const wide = await ask({ person: personOf.viewer, access: ['viewer', 'releaser'] }).expect(422);
    expect(wide.body).toMatchObject({
      code: 'TOKEN_ACCESS_BEYOND',
      detail: expect.stringContaining('Vera, who lacks some of the access that is asked for: releaser'),
    });
    await ask({ person: personOf.viewer, access: ['viewer'] }).expect(201);
    expect(wide.body.remedy).toContain('(Vera may act as viewer)');
    // Whoever administers may do everything, and so may pass any part of it on.
    await ask({ access: ['operator'] }).expect(201);
  });

  test('is not made for somebody else, and not found by them', async () => {
    const ben = await browserOf(api, 'releaser');
    await ben.post('/tokens', { ...ci, person: 'otto', once: 'form-4' }).expect(403);
    const { text } = await ben.post('/tokens', { ...ci, name: 'mine', once: 'form-5' }).expect(200);
    const vera = await browserOf(api, 'viewer');
    expect((await vera.get('/tokens')).text).not.toContain('mine');
    await vera.post(`/tokens/${idIn(text, 'mine')}/revoke`, {}).expect(404);
  });

  test('keeps what was typed where something is wrong, and says what with a remedy at each field', async () => {
    const ben = await browserOf(api, 'releaser');
    const { text } = await ben
      .post('/tokens', { name: 'deploys', services: 'shoo', expires: '9y', once: 'x' })
      .expect(400);
    expect(text).toContain('Did you mean shop?');
    expect(text).toContain('Choose at least one thing that it may do.');
    expect(text).toContain('Choose how long it works.');
    expect(text).toContain('value="deploys"');
    expect(text).not.toContain('is made');
  });

  test.each([
    ['without the proof of our own form', { csrf: '' }],
    ['with the proof of another session', { csrf: 'x'.repeat(43) }],
  ])('is refused %s', async (_case, forged) => {
    const ben = await browserOf(api, 'releaser');
    await ben.post('/tokens', { ...ci, name: 'forged', ...forged }).expect(403);
    expect((await ben.get('/tokens')).text).not.toContain('forged');
  });
});

describe('an administrator', () => {
  test('sees everybody’s tokens, makes one for somebody, and ends it', async () => {
    const ana = await browserOf(api, 'admin');
    const made = await ana
      .post('/tokens', { ...ci, name: 'nightly', access: 'operator', person: 'otto', once: 'a' })
      .expect(200);
    await ana
      .post('/tokens', { ...ci, name: 'too much', access: 'admin', person: 'otto', once: 'b' })
      .expect(400);
    const own = await ana.post('/tokens', { ...ci, name: 'reads', access: 'viewer', once: 'c' }).expect(200);
    const { body } = await supertest(api.app)
      .get('/v1/me')
      .set('Authorization', `Bearer ${secretIn(own.text)}`);
    expect(body.access).toEqual(['viewer']);
    expect(made.text).toMatch(/<strong>nightly<\/strong>, acts as Otto/);
    const otto = await browserOf(api, 'operator');
    expect((await otto.get('/tokens')).text).toContain('by Ana');
    await ana.post(`/tokens/${idIn(made.text, 'nightly')}/revoke`, {}).expect(303);
  });
});

describe('what a person alone decides', () => {
  const tokens = async (authorization: string, body: object) =>
    supertest(api.app)
      .post('/v1/tokens')
      .set('Authorization', authorization)
      .set('Idempotency-Key', crypto.randomUUID())
      .send(body);
  const asked = { requestId: randomUUID(), choice: 'approve', subjectDigest: 'a'.repeat(64) };
  const voting = async (authorization: string) => {
    const { db } = api.deps.store;
    const release = aRelease('shop', '1.4.0', { policyDigest: (await currentPolicy(db))?.digest ?? '' });
    await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
    return supertest(api.app)
      .post(`/v1/releases/${release.view.id}/decisions`)
      .set('Authorization', authorization)
      .send(asked);
  };

  test('an administrator makes no token to decide for somebody, over the API or on the page', async () => {
    const wanted = { name: 'cleo', access: ['approver'], person: 'cleo' };
    const refused = await tokens(await api.bearer('admin'), wanted);
    expect([refused.status, refused.body.code]).toEqual([403, 'NOT_ALLOWED']);
    expect(refused.body.detail).toBe(
      'Ana may not do this: a token that decides for Cleo is made by Cleo, signed in.',
    );
    expect(refused.body.remedy).toContain('Let Cleo make it');
    const ana = await browserOf(api, 'admin');
    const form = { ...ci, name: 'votes', access: 'approver', person: 'cleo', once: 'v' };
    expect((await ana.post('/tokens', form).expect(400)).text).toContain('is made by Cleo, signed in');
    const own = await tokens(await api.bearer('approver'), { name: 'mine', access: ['approver'] });
    expect(own.status).toBe(403); // a token makes none without the access admin
    expect(own.body.remedy).toContain('Sign in and make it on the page /tokens');
    const cleo = await browserOf(api, 'approver');
    const made = await cleo.post('/tokens', { ...form, person: undefined, once: 'w' }).expect(200);
    expect((await voting(`Bearer ${secretIn(made.text)}`)).body.code).toBe('APPROVAL_NOT_OPEN');
  });

  test('a token that somebody else made before decides nothing, and lifts no ban as a second person', async () => {
    const { db } = api.deps.store;
    const of = async (owner: string, access: Access[]) =>
      `Bearer ${(await createToken(db, { ...{ name: owner, owner, access }, by: { id: 'ana', kind: 'person' }, at: new Date().toISOString(), expiresAt: '2100-01-01T00:00:00.000Z' })).text}`;
    const vote = await voting(await of('cleo', ['approver']));
    expect([vote.status, vote.body.code]).toEqual([403, 'NOT_ALLOWED']);
    expect(vote.body.detail).toContain('the token was made by ana');
    const otto = await of('otto', ['operator']);
    const lift = await supertest(api.app)
      .post('/v1/quarantines/qua_1/lift')
      .set('Authorization', otto)
      .send({ reason: 'both of us agree' });
    expect([lift.status, lift.body.code]).toEqual([403, 'NOT_ALLOWED']);
    await supertest(api.app).get('/v1/quarantines').set('Authorization', otto).expect(200);
    const list = await (await browserOf(api, 'operator')).get('/tokens');
    expect(list.text).toContain('by Ana, so that it decides nothing');
  });

  test('a token does not become somebody’s own by being made with one that another made', async () => {
    const { db } = api.deps.store;
    const { text } = await createToken(db, {
      ...{ name: 'other', owner: 'ana', access: ['admin'], by: { id: 'otto', kind: 'person' } },
      ...{ at: new Date().toISOString(), expiresAt: '2100-01-01T00:00:00.000Z' },
    });
    const made = await tokens(`Bearer ${text}`, { name: 'next', access: ['operator'] });
    expect(made.body).toMatchObject({ person: 'ana', createdBy: 'otto' });
  });
});

test('a token for some services lists no release that it may not read: one of others beside its own', async () => {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  const components = [
    { service: 'shop', version: '9.1.0' },
    { service: 'cart', version: '9.2.0' },
  ];
  for (const release of [
    aRelease('shop', '9.0.0', { policyDigest }),
    aRelease('shop', '9.1.0', { policyDigest, components }),
  ])
    await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  const read = async (path: string, services: string[]) => {
    const { status, text } = await supertest(api.app)
      .get(path)
      .set('Authorization', await api.bearer('viewer', services));
    expect([status, status === 200 ? '' : text]).toEqual([200, '']); // else with the words of the problem
    return text;
  };
  for (const path of ['/v1/releases?service=shop', '/']) {
    expect(await read(path, ['shop', 'cart'])).toContain('9.2.0');
    expect(await read(path, ['shop'])).not.toContain('9.2.0');
    expect(await read(path, ['shop'])).toContain('9.0.0');
  }
});

test('a token for some services reads who is before it in a queue, and not which version of another service', async () => {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  const [cart, shop] = [
    aRelease('cart', '9.3.0', { policyDigest }),
    aRelease('shop', '9.4.0', { policyDigest }),
  ];
  for (const release of [cart, shop])
    await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  const asks = ({ order, workflowId }: StoredRelease) => ({
    ...{ owner: workflowId, releaseId: order.releaseId, title: releaseTitle(order.components) },
    ...{ keys: ['*'], classRank: 1, requestedAt: order.createdAt, since: order.createdAt, fence: 1 },
  });
  const row = {
    environment: 'production',
    holders: [asks(cart)],
    queue: [asks(cart), asks(shop)],
    revision: 1,
  };
  await writeEnvironment(db, row);
  const read = async (path: string, services: string[]) => {
    const Authorization = await api.bearer('viewer', services);
    return (await supertest(api.app).get(path).set({ Authorization }).expect(200)).text;
  };
  for (const path of ['/v1/environments', '/environments']) {
    expect(await read(path, [])).toContain('cart 9.3.0');
    const narrow = await read(path, ['shop']);
    expect(narrow).not.toContain('9.3.0');
    expect(narrow).not.toContain(cart.order.releaseId);
    expect(narrow.match(/a release that this token may not read/g)).toHaveLength(2);
    expect(narrow).toContain('shop 9.4.0');
  }
});

describe('the navigation', () => {
  test.each<[Access, boolean]>([
    ['admin', true],
    ['viewer', false],
    ['operator', false],
  ])('shows the inbox to %s: %s', async (access, isShown) => {
    const { text } = await (await browserOf(api, access)).get('/tokens').expect(200);
    expect(text.includes('href="/inbox"')).toBe(isShown);
    expect(text).toContain('href="/calendar"');
  });
});
