import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { newestWorkflowVersion } from '../domain/release/workflow-version.ts';
import type { Access } from '../domain/policy/policy.schema.ts';
import { readConfig } from '../platform/config.ts';
import { GantryError } from '../platform/errors.ts';
import { decisionsOf, openRequest } from '../platform/record/approvals.ts';
import { readOrder, readRelease, recordBatch } from '../platform/record/releases.ts';
import { createSignInLink } from '../platform/record/sign-in.ts';
import { forgetWorker, noteWorker } from '../platform/record/worker-heartbeats.ts';
import { connectTemporal } from '../platform/temporal/connect.ts';
import { apiUnderTest, personOf, type ApiUnderTest } from '../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../test/support/postgres.ts';
import { anEvent } from '../test/support/record-builders.ts';
import { relayRound } from './relay.ts';
import { routes } from './routes/index.ts';
import { startApi } from './server.ts';
import { ReleaseSchema } from './routes/release.schema.ts';

let server: TestServer;
let api: ApiUnderTest;
let app: Express;
const tokens = {} as Record<Access, string>;
const everyAccess = Object.keys(personOf) as Access[];
let number = 0;
const freshVersion = (): string => `1.${(number += 1)}.0`;

beforeAll(async () => {
  server = await startPostgres();
  api = await apiUnderTest(await server.database(), server.dir);
  app = api.app;
  for (const access of everyAccess) tokens[access] = await api.bearer(access);
});
afterAll(async () => {
  api.draining.abort();
  await server.stop();
});
beforeEach(() => {
  api.engine.onStart = async () => undefined;
  api.engine.onUpdate = async () => ({ state: 'held', headline: 'Held.', seq: 0 });
});

const get = (path: string, access: Access = 'viewer') =>
  request(app).get(path).set('Authorization', tokens[access]);
const post = (path: string, body: object, access: Access = 'admin', key = `k${(number += 1)}`) =>
  request(app).post(path).set('Authorization', tokens[access]).set('Idempotency-Key', key).send(body);
const order = (version = freshVersion()) => ({ components: [{ service: 'shop', version }] });
const create = async (
  access: Access = 'releaser',
  version = freshVersion(),
): Promise<{ id: string; version: string; workflowId: string }> => {
  const { body } = await post('/v1/releases', order(version), access).expect(202);
  return { id: body.id, version, workflowId: body.workflowId };
};

describe('creating a release', () => {
  test('has it go the way that every worker knows', async () => {
    const { db } = api.deps.store;
    const versionOf = async (id: string) => (await readOrder(db, id))?.order.workflowVersion;
    await noteWorker(db, 'new');
    expect(await versionOf((await create()).id)).toBe(newestWorkflowVersion);
    await noteWorker(db, 'old', { version: 2 });
    expect(await versionOf((await create()).id)).toBe(2);
    await forgetWorker(db, 'old');
    expect(await versionOf((await create()).id)).toBe(newestWorkflowVersion);
    await forgetWorker(db, 'new');
  });

  test('answers 202 with what is recorded, and starts it once', async () => {
    const version = freshVersion();
    const answer = await post('/v1/releases', order(version), 'releaser').expect(202);
    expect(ReleaseSchema.parse(answer.body)).toMatchObject({
      state: 'draft',
      attempt: 1,
      requestedBy: { kind: 'token', person: 'ben' },
    });
    expect(answer.headers['location']).toBe(`/v1/releases/${answer.body.id}`);
    expect(answer.body.stages.map((stage: { environment: string }) => stage.environment)).toEqual([
      'staging',
      'production',
    ]);
    expect(api.engine.started.filter((id) => id === `release/shop/${version}`)).toHaveLength(1);
    await get(`/v1/releases/${answer.body.id}`).expect(200, { ...answer.body, names: { ben: 'Ben' } });
  });

  test('twice with one key is one release, and the second answer says so', async () => {
    const body = order();
    const first = await post('/v1/releases', body, 'releaser', 'same').expect(202);
    const second = await post('/v1/releases', body, 'releaser', 'same').expect(202);
    expect(second.body.id).toBe(first.body.id);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
  });

  test('twenty times at once with one key is one release', async () => {
    const body = order();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/v1/releases', body, 'releaser', 'at-once')),
    );
    const ids = answers.filter((one) => one.status === 202).map((one) => one.body.id as string);
    expect(new Set(ids).size).toBe(1);
    for (const one of answers)
      if (one.status !== 202)
        expect(one.body).toMatchObject({ status: 409, code: 'IDEMPOTENCY_IN_PROGRESS' });
  });

  test('with the same key and another body is refused', async () => {
    await post('/v1/releases', order(), 'releaser', 'reused').expect(202);
    const answer = await post('/v1/releases', order(), 'releaser', 'reused').expect(422);
    expect(answer.body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('by the caller’s own id needs no key and is one release', async () => {
    const body = { ...order(), id: 'ci-17' };
    const send = () => request(app).post('/v1/releases').set('Authorization', tokens.releaser).send(body);
    expect((await send().expect(202)).body.id).toBe('ci-17');
    expect((await send().expect(202)).headers['idempotent-replayed']).toBe('true');
  });

  test('without key and without id is refused', async () => {
    const answer = await request(app)
      .post('/v1/releases')
      .set('Authorization', tokens.releaser)
      .send(order())
      .expect(400);
    expect(answer.body.code).toBe('IDEMPOTENCY_KEY_MISSING');
  });

  test('of a version that is being released names the open one', async () => {
    const { id, version } = await create();
    const answer = await post('/v1/releases', order(version), 'releaser').expect(409);
    expect(answer.body).toMatchObject({ code: 'RELEASE_OPEN', changed: false });
    expect(answer.body.detail).toContain(`/releases/${id}`);
  });

  test('reports every objection with its place', async () => {
    const body = {
      components: [
        { service: 'shop', version: '0.9.0' },
        { service: 'shpo', version: '1.0.0' },
      ],
    };
    const answer = await post('/v1/releases', body, 'admin').expect(422);
    expect(
      answer.body.errors.map((one: { code: string; pointer: string }) => [one.code, one.pointer]),
    ).toEqual(
      expect.arrayContaining([
        ['VERSION_OUTSIDE_RULE', '/components/0/version'],
        ['SERVICE_UNKNOWN', '/components/1/service'],
      ]),
    );
  });

  test('while Temporal is away is accepted, and the relay starts it afterwards', async () => {
    api.engine.onStart = async () => {
      throw new GantryError('TEMPORAL_UNREACHABLE');
    };
    const { workflowId } = await create();
    await server.root.pool.query('select 1');
    await api.deps.store.pool.query(
      `update releases set created_at = created_at - interval '10 seconds' where workflow_id = $1`,
      [workflowId],
    );
    api.engine.onStart = async () => undefined;
    api.engine.started.length = 0;
    expect((await relayRound(api.deps)).started).toBeGreaterThanOrEqual(1);
    expect(api.engine.started).toContain(workflowId);
    api.engine.started.length = 0;
    await relayRound(api.deps);
    expect(api.engine.started).not.toContain(workflowId);
  });
});

describe('a command', () => {
  test('answers with the recorded release that is as new as the workflow’s answer', async () => {
    const { id } = await create();
    const before = (await get(`/v1/releases/${id}`)).body;
    api.engine.onUpdate = async ({ workflowId }) => {
      const view = { ...before, state: 'held', headline: 'Held by ana.', seq: 3 };
      await recordBatch(api.deps.store.db, {
        releaseId: id,
        events: [anEvent('h')],
        view,
        workflow: { id: workflowId, runId: 'r' },
      });
      return { state: 'held', headline: 'Held by ana.', seq: 3 };
    };
    const answer = await post(`/v1/releases/${id}/pause`, { reason: 'o\u001bd\u202ed' }, 'operator').expect(
      200,
    );
    expect(answer.body).toMatchObject({ state: 'held', seq: 3 });
    expect(answer.headers['etag']).toBe('"3"');
    expect(api.engine.updates.at(-1)).toMatchObject({
      name: 'pause',
      input: { reason: 'odd', by: { kind: 'token', person: 'otto' } },
    });
  });

  test('to pause what is paused tells by whom and why, and what becomes of a second reason', async () => {
    const { id, workflowId } = await create();
    const view = (await readRelease(api.deps.store.db, id))!;
    const at = '2026-06-01T09:00:00.000Z';
    const holds = [{ by: 'otto', reason: 'orders look odd', kind: 'person' as const, at }];
    await recordBatch(api.deps.store.db, {
      ...{ releaseId: id, events: [], workflow: { id: workflowId, runId: 'r' } },
      view: { ...view, state: 'held', holds, seq: 3 },
    });
    const { body } = await post(`/v1/releases/${id}/pause`, { reason: 'carts are lost' }, 'operator');
    expect(body.note).toMatch(
      /^It is held already, by Otto since .*: “orders look odd”\. The hold keeps that reason; the one that you give now stands in the log alone/,
    );
  });

  test('to resume what nothing holds says so', async () => {
    const { id } = await create();
    const { seq } = (await readRelease(api.deps.store.db, id))!;
    // the workflow notes that somebody asked
    api.engine.onUpdate = async () => ({ state: 'gating', headline: 'Waits.', seq: seq + 1 });
    const { body } = await post(`/v1/releases/${id}/resume`, {}, 'operator');
    expect(body.note).toMatch(/^Nothing held it/);
  });

  test('under the same key goes out under the same update id', async () => {
    const { id } = await create();
    api.engine.updates.length = 0;
    await post(`/v1/releases/${id}/pause`, {}, 'operator', 'one').expect(200);
    await post(`/v1/releases/${id}/pause`, {}, 'operator', 'one').expect(200);
    await post(`/v1/releases/${id}/pause`, {}, 'operator', 'two').expect(200);
    const [first, second, third] = api.engine.updates.map((update) => update.updateId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test.each([
    [409, 'COMMAND_NOT_POSSIBLE', new GantryError('COMMAND_NOT_POSSIBLE', { detail: 'x' })],
    [503, 'TEMPORAL_UNREACHABLE', new GantryError('TEMPORAL_UNREACHABLE')],
    [500, 'DEFECT', new Error('a defect with a secret')],
  ])('that fails answers %i and %s, and nothing of its stack', async (status, code, error) => {
    const { id } = await create();
    api.engine.onUpdate = async () => {
      throw error;
    };
    const answer = await post(`/v1/releases/${id}/abort`, {}, 'operator').expect(status);
    expect(answer.body.code).toBe(code);
    expect(answer.text).not.toContain('secret');
    expect(answer.text).not.toMatch(/\.[jt]s:\d/);
  });

  test('to a release that has ended says when and how, and what to do', async () => {
    const { id } = await create();
    const view = (await get(`/v1/releases/${id}`)).body;
    const ended = {
      ...view,
      state: 'aborted',
      seq: 9,
      ended: { at: '2026-06-01T10:00:00.000Z', because: 'ana' },
    };
    await recordBatch(api.deps.store.db, {
      releaseId: id,
      events: [],
      view: ended,
      workflow: { id: view.workflowId, runId: 'r' },
    });
    const answer = await post(`/v1/releases/${id}/resume`, {}, 'operator').expect(409);
    expect(answer.body).toMatchObject({ code: 'RELEASE_ENDED' });
    expect(answer.body.detail).toContain('ended as aborted at Mon 1 Jun 10:00 UTC; start a new release');
  });

  test('on a state that has gone is refused as stale', async () => {
    const { id } = await create();
    const answer = await post(`/v1/releases/${id}/resume`, {}, 'operator')
      .set('If-Match', '"99"')
      .expect(412);
    expect(answer.body.code).toBe('STALE');
  });
});

describe('a decision', () => {
  const requestIn = async (id: string): Promise<{ requestId: string; subjectDigest: string }> => {
    const requestId = crypto.randomUUID();
    const subjectDigest = 'a'.repeat(64);
    const stage = {
      ...{ environment: 'production', subjectDigest, rules: [], candidates: [] },
      approval: { assurance: 'link' },
    } as unknown as Parameters<typeof openRequest>[1]['stage'];
    const [openedAt, deadline] = ['2026-06-01T09:00:00.000Z', '2126-06-01T09:00:00.000Z'];
    await openRequest(api.deps.store.db, {
      requestId,
      releaseId: id,
      title: 'shop',
      stage,
      intent: 'deploy',
      openedAt,
      deadline,
    });
    return { requestId, subjectDigest };
  };
  const counted = {
    choice: 'approve',
    approvalState: 'open',
    filled: 1,
    seats: 1,
    headline: 'Approved.',
    seq: 4,
  };

  test('that the workflow counts is the vote of the token’s owner, under its own id', async () => {
    const { id } = await create();
    api.engine.onUpdate = async () => counted;
    const answer = await post(
      `/v1/releases/${id}/decisions`,
      { ...(await requestIn(id)), choice: 'approve' },
      'approver',
    ).expect(200);
    expect(answer.body).toMatchObject({ state: 'counted', headline: 'Approved.' });
    const update = api.engine.updates.at(-1);
    expect(update).toMatchObject({
      name: 'decide',
      updateId: answer.body.decisionId,
      input: { person: 'cleo', via: 'api', choice: 'approve' },
    });
  });

  test('while Temporal is away is received, and the relay has it counted', async () => {
    const { id } = await create();
    api.engine.onUpdate = async () => {
      throw new GantryError('TEMPORAL_UNREACHABLE');
    };
    const answer = await post(
      `/v1/releases/${id}/decisions`,
      { ...(await requestIn(id)), choice: 'approve' },
      'approver',
    ).expect(202);
    expect(answer.body.state).toBe('received');
    await api.deps.store.pool.query('update decision_deliveries set next_at = now()');
    api.engine.onUpdate = async () => counted;
    expect((await relayRound(api.deps)).delivered).toBe(1);
    expect(api.engine.updates.at(-1)?.updateId).toBe(answer.body.decisionId);
    expect((await relayRound(api.deps)).delivered).toBe(0);
  });

  test('that the workflow refuses says why, and that it was written down', async () => {
    const { id } = await create();
    api.engine.onUpdate = async () => {
      throw new GantryError('APPROVAL_EXCLUDED', { detail: 'cleo wrote a commit of it' });
    };
    const answer = await post(
      `/v1/releases/${id}/decisions`,
      { ...(await requestIn(id)), choice: 'approve' },
      'approver',
    ).expect(403);
    expect(answer.body).toMatchObject({ code: 'APPROVAL_EXCLUDED', changed: true });
    expect(answer.body.detail).toContain('cleo wrote a commit of it');
  });

  test('under a condition that is due in the past is not received, and says what to send', async () => {
    const { id } = await create();
    const asked = await requestIn(id);
    const condition = { title: 'write the runbook', owner: 'cleo', before: 'production' };
    const send = (due: string) =>
      post(
        `/v1/releases/${id}/decisions`,
        { ...asked, choice: 'approve', conditions: [{ ...condition, due }] },
        'approver',
      );
    const sent = api.engine.updates.length;
    const answer = await send('2026-01-01T09:00:00Z').expect(422);
    expect(answer.body).toMatchObject({
      ...{ code: 'CONDITION_INVALID', changed: false },
      detail: expect.stringContaining(
        '“write the runbook” would be due at 2026-01-01T09:00:00Z, which has passed',
      ),
      remedy: expect.stringContaining('a due time that is to come'),
    });
    expect(api.engine.updates).toHaveLength(sent);
    expect(await decisionsOf(api.deps.store.db, asked.requestId)).toEqual([]);
    api.engine.onUpdate = async () => counted;
    await send('2099-01-01T09:00:00Z').expect(200);
  });

  test('on another subject than the one asked about is not received', async () => {
    const { id } = await create();
    const { requestId } = await requestIn(id);
    const answer = await post(
      `/v1/releases/${id}/decisions`,
      { requestId, choice: 'approve', subjectDigest: 'b'.repeat(64) },
      'approver',
    ).expect(409);
    expect(answer.body.code).toBe('APPROVAL_DIGEST_CHANGED');
  });

  test.each([
    ['none', {}],
    ['one without a visible character', { comment: '\u001b' }],
  ])('to reject needs a comment, not %s', async (_, comment) => {
    const { id } = await create();
    const answer = await post(
      `/v1/releases/${id}/decisions`,
      { ...(await requestIn(id)), choice: 'reject', ...comment },
      'approver',
    ).expect(400);
    expect(answer.body.errors[0]).toMatchObject({ pointer: '/comment' });
  });
});

describe('reading', () => {
  test('a release is found by its id, its beginning and its version; several are listed', async () => {
    const { id, version } = await create();
    expect((await get(`/v1/releases/shop@${version}`).expect(200)).body.id).toBe(id);
    expect((await get(`/v1/releases/${id.slice(0, -1)}`)).body.id ?? id).toBe(id);
    const answer = await get('/v1/releases/rel_').expect(409);
    expect(answer.body.code).toBe('AMBIGUOUS_ID');
    expect(answer.body.errors.length).toBeGreaterThan(1);
    await get('/v1/releases/nothing-like-it').expect(404);
  });

  test('a release that has not changed is not sent again', async () => {
    const { id } = await create();
    const { headers } = await get(`/v1/releases/${id}`).expect(200);
    await get(`/v1/releases/${id}`).set('If-None-Match', String(headers['etag'])).expect(304);
  });

  test('a live view that cannot be had is the record, and says so', async () => {
    const { id } = await create();
    api.engine.onQuery = async () => {
      throw new GantryError('TEMPORAL_UNREACHABLE');
    };
    const { body } = await get(`/v1/releases/${id}?live=true`).expect(200);
    expect(body).toMatchObject({ id, live: false, note: expect.stringContaining('Live view unavailable') });
  });

  test('pages follow each other without a gap', async () => {
    await create();
    await create();
    const first = await get('/v1/releases?limit=1').expect(200);
    const second = await get(`/v1/releases?limit=1&cursor=${first.body.next}`).expect(200);
    expect(first.headers['link']).toContain('rel="next"');
    expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
  });

  test('the timeline of a release begins with who asked for it', async () => {
    const { id } = await create();
    const { body } = await get(`/v1/releases/${id}/events`).expect(200);
    expect(body.items[0]).toMatchObject({ seq: 1, action: 'release.created' });
  });

  test.each(['/v1/services', '/v1/environments', '/v1/approvals', '/v1/policy', '/v1/me', '/openapi.json'])(
    '%s answers',
    async (path) => {
      await get(path).expect(200);
    },
  );

  test('the audit log is exported whole and verifies', async () => {
    const { text } = await get('/v1/audit/export', 'auditor')
      .buffer(true)
      .parse((res, done) => {
        let all = '';
        res.on('data', (part: Buffer) => (all += part.toString()));
        res.on('end', () => done(null, all));
      })
      .expect(200)
      .then((answer) => ({ text: answer.body as string }));
    expect(text.trim().split('\n').length).toBeGreaterThan(5);
    expect((await get('/v1/audit/verify', 'auditor').expect(200)).body.valid).toBe(true);
  });

  test('metrics tell releases by state', async () => {
    expect((await get('/metrics').expect(200)).text).toMatch(/gantry_releases\{state="draft"\} [1-9]/);
  });

  test('health and readiness need no sign-in', async () => {
    await request(app).get('/health').expect(200);
    const { body } = await request(app).get('/ready').expect(200);
    expect(body).toMatchObject({
      status: 'degraded',
      parts: { database: { state: 'up' }, worker: { state: 'degraded' } },
    });
  });
});

describe('the event stream', () => {
  test('resumes behind Last-Event-ID and closes when the release has ended', async () => {
    const { id } = await create();
    const view = (await get(`/v1/releases/${id}`)).body;
    const ended = {
      ...view,
      state: 'aborted',
      seq: 9,
      ended: { at: '2026-06-01T10:00:00.000Z', because: 'ana' },
    };
    await recordBatch(api.deps.store.db, {
      releaseId: id,
      events: [anEvent('x')],
      view: ended,
      workflow: { id: view.workflowId, runId: 'r' },
    });
    const { text, headers } = await get(`/v1/releases/${id}/events`)
      .set('Accept', 'text/event-stream')
      .set('Last-Event-ID', '1')
      .expect(200);
    expect(headers['content-type']).toContain('text/event-stream');
    const names = [...text.matchAll(/^event: (\w+)$/gm)].map((match) => match[1]);
    expect(names).toEqual(['state', 'entry', 'ended']);
    expect(text).toContain('id: 2\nevent: entry');
  });
});

describe('who may do what', () => {
  test('the router has no operation under /v1 that is not declared with its action', () => {
    interface Layer {
      route?: { path: string | RegExp; methods: Record<string, boolean> };
      handle: { stack?: Layer[] };
    }
    const pathsOf = (layers: Layer[]): string[] =>
      layers.flatMap((layer) => [
        ...(typeof layer.route?.path === 'string' ? [layer.route.path] : []),
        ...pathsOf(layer.handle.stack ?? []),
      ]);
    const mounted = pathsOf((app as unknown as { router: { stack: Layer[] } }).router.stack).filter((path) =>
      path.startsWith('/v1'),
    );
    const declared = routes.map((route) => route.path.replaceAll(/\{(\w+)\}/g, ':$1'));
    expect(mounted.sort()).toEqual([...new Set(declared)].sort());
  });

  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'nobody at %s is asked to sign in',
    async (_, route) => {
      const answer = await request(app)[route.method](
        route.path.replace('{id}', 'x').replace('{resultId}', 'x'),
      );
      expect(answer).toMatchObject({ status: 401, body: { code: 'NOT_SIGNED_IN' } });
    },
  );

  test('a token for one service reads and lists only that', async () => {
    const { id } = await create();
    const cart = await api.bearer('viewer', ['cart']);
    await request(app).get(`/v1/releases/${id}`).set('Authorization', cart).expect(403);
    await request(app).get('/v1/releases').set('Authorization', cart).expect(403);
    await request(app).get('/v1/releases?service=cart').set('Authorization', cart).expect(200);
    const { body } = await request(app).get('/v1/services').set('Authorization', cart).expect(200);
    expect(body.items.map((one: { id: string }) => one.id)).toEqual(['cart']);
  });

  test('a revoked token is worth nothing, and its secret is shown once', async () => {
    const made = await post('/v1/tokens', { name: 'ci', access: ['viewer'] }, 'admin', 'token').expect(201);
    const mine = `Bearer ${made.body.token}`;
    await request(app).get('/v1/me').set('Authorization', mine).expect(200);
    const again = await post('/v1/tokens', { name: 'ci', access: ['viewer'] }, 'admin', 'token').expect(201);
    expect(again.body).toEqual({ ...made.body, token: undefined });
    await request(app).delete(`/v1/tokens/${made.body.id}`).set('Authorization', tokens.admin).expect(200);
    const answer = await request(app).get('/v1/me').set('Authorization', mine).expect(401);
    expect(answer.body.code).toBe('TOKEN_INVALID');
  });
});

describe('signing in', () => {
  const origin = 'http://127.0.0.1:8640';
  const link = async (person: string): Promise<string> =>
    `/sign-in/${(await createSignInLink(api.deps.store.db, { person, by: { id: 'ana', kind: 'person' }, now: new Date() })).secret}`;
  const signIn = async (person: string): Promise<string> => {
    const { headers } = await request(app)
      .post(await link(person))
      .set('Origin', origin)
      .expect(303);
    return String(headers['set-cookie']?.[0]?.split(';')[0]);
  };

  test('looking at a link changes nothing; it signs in once', async () => {
    const path = await link('ben');
    for (let i = 0; i < 3; i += 1)
      expect((await request(app).get(path).expect(200)).text).toContain('Sign in as Ben');
    const { headers } = await request(app).post(path).set('Origin', origin).expect(303);
    expect(headers['set-cookie']?.[0]).toMatch(/^gantry-\d+=[\w-]{43};.*HttpOnly.*SameSite=Lax/);
    await request(app).post(path).set('Origin', origin).expect(410);
  });

  test('its page lets a browser name its origin, without which the form would be refused', async () => {
    await request(app)
      .get(await link('ben'))
      .expect('Referrer-Policy', 'strict-origin');
  });

  test('from a foreign page, or from nowhere, is refused and leaves the link alone', async () => {
    const path = await link('ben');
    await request(app).post(path).expect(403);
    await request(app).post(path).set('Origin', 'http://evil.test').expect(403);
    await request(app).post(path).set('Origin', origin).set('Sec-Fetch-Site', 'cross-site').expect(403);
    await request(app).post(path).set('Origin', origin).expect(303);
  });

  test('a session changes nothing without the token of its forms', async () => {
    const cookie = await signIn('ben');
    await request(app).get('/v1/me').set('Cookie', cookie).expect(200);
    const send = () =>
      request(app)
        .post('/v1/releases')
        .set('Cookie', cookie)
        .set('Origin', origin)
        .set('Idempotency-Key', `s${(number += 1)}`);
    const answer = await send().send(order()).expect(403);
    expect(answer.body.code).toBe('ORIGIN_REFUSED');
    await send().set('X-CSRF-Token', 'x'.repeat(43)).send(order()).expect(403);
  });

  test('a bearer token leaves the cookie beside it unread', async () => {
    const cookie = await signIn('ana');
    const { body } = await request(app)
      .get('/v1/me')
      .set('Cookie', cookie)
      .set('Authorization', tokens.viewer)
      .expect(200);
    expect(body.person.id).toBe('vera');
    await request(app)
      .get('/v1/me')
      .set('Cookie', cookie)
      .set('Authorization', 'Bearer nonsense')
      .expect(401);
  });

  test('an administrator ends all sessions of a person', async () => {
    const cookie = await signIn('ben');
    await post('/v1/people/ben/sessions/end', {}, 'admin').expect(200);
    await request(app).get('/v1/me').set('Cookie', cookie).expect(401);
  });
});

describe('a started API', () => {
  test('listens on a free port, refuses a taken one, and closes with its streams and its relay', async () => {
    const { store, secrets, log, inbox } = api.deps;
    const parts = { store, secrets, log, inbox };
    const config = readConfig({
      GANTRY_DATA_DIR: server.dir,
      GANTRY_PORT: '0',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    const temporal = await connectTemporal(config);
    const running = await startApi({ ...parts, config, temporal });
    expect(running.url).toBe(`http://127.0.0.1:${running.port}`);
    await request(running.url).get('/health').expect(200);
    expect((await request(running.url).get('/ready').expect(200)).body.parts.temporal.state).toBe('degraded');
    const taken = startApi({ ...parts, config: { ...config, port: running.port }, temporal });
    await expect(taken).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    const { id } = await create();
    const stream = await fetch(`${running.url}/v1/releases/${id}/events`, {
      headers: { accept: 'text/event-stream', authorization: tokens.viewer },
    });
    await running.close();
    expect(await stream.text()).toContain('event: state');
    await expect(fetch(`${running.url}/health`)).rejects.toThrow();
    await temporal.close();
  });
});

describe('a hostile request', () => {
  const raw = (body: string, type = 'application/json') =>
    request(app)
      .post('/v1/releases')
      .set('Authorization', tokens.admin)
      .set('Idempotency-Key', 'h')
      .set('Content-Type', type)
      .send(body);

  test.each([
    ['broken JSON', '{"a":', 'application/json', 400],
    ['deep JSON', '['.repeat(50_000) + ']'.repeat(50_000), 'application/json', 400],
    ['a key that reaches a prototype', '{"__proto__":{"a":1}}', 'application/json', 400],
    ['a list where an object belongs', '[]', 'application/json', 400],
    ['null', 'null', 'application/json', 400],
    ['another content type', '<a/>', 'text/xml', 415],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 415],
    ['an unknown charset', '{}', 'application/json; charset=x-none', 415],
    ['a body beyond the limit', JSON.stringify({ a: 'x'.repeat(300_000) }), 'application/json', 413],
    [
      'text that cannot be kept',
      '{"components":[{"service":"shop","version":"1.0.0"}],"reason":"a\\u0000b"}',
      'application/json',
      400,
    ],
    [
      'an unknown field',
      '{"components":[{"service":"shop","version":"1.0.0"}],"surprise":1}',
      'application/json',
      400,
    ],
  ])('with %s is a problem of the caller', async (_, body, type, status) => {
    const answer = await raw(body, type);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      status,
      instance: `/requests/${answer.headers['request-id']}`,
      changed: false,
    });
  });

  test.each([
    '/v1/releases?surprise=1',
    '/v1/releases?limit=0',
    '/v1/releases?limit=201',
    '/v1/releases?limit=1&limit=2',
    '/v1/releases?state=nothing',
    '/v1/releases?cursor=%00',
    `/v1/releases?cursor=${Buffer.from('2026-01-01T00:00:00.000Z rel\0').toString('base64url')}`,
    '/v1/releases/%E0%A4%A',
    '/v1/releases?from=yesterday',
    '/v1/releases/x%00y',
    '/v1/releases?service=%00',
  ])('to %s is refused', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.code).toEqual(expect.any(String));
  });

  test('under a foreign host name is refused', async () => {
    const answer = await get('/v1/me').set('Host', 'evil.test');
    expect(answer.body.code).toBe('HOST_REFUSED');
  });

  test('with a method that is not there names those that are', async () => {
    const answer = await request(app).put('/v1/releases').set('Authorization', tokens.admin).expect(405);
    expect(answer.headers['allow']).toBe('POST, GET');
  });

  test('of a browser is answered by a page', async () => {
    const answer = await request(app).get('/v1/nowhere').set('Accept', 'text/html').expect(401);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });
});
