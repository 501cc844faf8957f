import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createCheckDoor } from '../activities/approvals/check-door.ts';
import type { Access } from '../domain/policy/policy.schema.ts';
import { writeDependencies } from '../platform/record/calendar/dependencies.ts';
import { readCalendarFacts } from '../platform/record/calendar/facts.ts';
import { hasLiveWaiver, waiversOfRelease } from '../platform/record/gates/waivers.ts';
import { currentPolicy, storePolicy } from '../platform/record/policies.ts';
import { insertRelease, recordBatch } from '../platform/record/releases.ts';
import { noteRunner } from '../platform/record/runners.ts';
import { adopt } from '../platform/record/running.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import type { ReleaseOrder } from '../domain/release/release.ts';
import { aRelease, anEvent, batchOf, type StoredRelease } from '../test/support/record-builders.ts';
import { wakeRound } from './wake-relay.ts';

const api = apiPerTest();

const post = async (as: Access, path: string, body: object) =>
  request(api.app)
    .post(path)
    .set('Authorization', await api.bearer(as))
    .set('Idempotency-Key', crypto.randomUUID())
    .send(body);
const get = async (path: string) =>
  request(api.app)
    .get(path)
    .set('Authorization', await api.bearer('viewer'));
/** A release in the record, under the policy that is in force. */
async function stored(service = 'shop', over: Partial<ReleaseOrder> = {}): Promise<StoredRelease> {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  const release = aRelease(service, '1.4.0', { policyDigest, ...over });
  await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  return release;
}
const order = { service: 'shop', version: '1.4.0', reason: 'corrupts carts of guests' };
const agreed = { reason: 'the cart service was to blame' };

describe('a quarantine', () => {
  test('is set by one operator, tells the open releases of the service, and is lifted by two people', async () => {
    const release = await stored();
    await stored('cart');
    const set = await post('operator', '/v1/quarantines', order);
    expect(set.status).toBe(201);
    expect(set.body).toMatchObject({ service: 'shop', version: '1.4.0', by: 'otto', lifts: [] });
    await wakeRound(api.deps);
    expect(api.engine.signals).toEqual([
      {
        workflowId: release.workflowId,
        name: 'quarantineChanged',
        input: {
          quarantine: expect.objectContaining({ id: set.body.id, by: 'otto', reason: order.reason }),
          revision: 1,
          isLifted: false,
          sentence: 'Otto quarantined shop 1.4.0: corrupts carts of guests',
        },
      },
    ]);
    const lift = `/v1/quarantines/${set.body.id}/lift`;
    const first = await post('operator', lift, agreed);
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ lifts: [{ by: 'otto' }] });
    expect(first.body.liftedAt).toBeUndefined();
    const again = await post('operator', lift, agreed);
    expect([again.status, again.body.code]).toEqual([409, 'QUARANTINE_LIFT_REFUSED']);
    expect((await get('/v1/quarantines')).body.items).toHaveLength(1);
    const second = await post('admin', lift, agreed);
    expect(second.body.liftedAt).toEqual(expect.any(String));
    expect((await get('/v1/quarantines')).body.items).toEqual([]);
    expect((await get('/v1/quarantines?all=true')).body.items).toMatchObject([
      { id: set.body.id, lifts: [{ by: 'otto' }, { by: 'ana' }] },
    ]);
    await wakeRound(api.deps);
    expect(api.engine.signals.at(-1)?.input).toMatchObject({ revision: 3, isLifted: true });
    const log = await api.deps.store.db
      .selectFrom('audit_entries')
      .select('action')
      .where('action', 'like', 'quarantine.%')
      .orderBy('seq')
      .execute();
    expect(log.map(({ action }) => action)).toEqual([
      'quarantine.set',
      'quarantine.liftAgreed',
      'quarantine.lifted',
    ]);
  });

  test('stands once however often it is set, and needs a name and a reason', async () => {
    const first = await post('operator', '/v1/quarantines', order);
    const second = await post('admin', '/v1/quarantines', order);
    expect(second.body.id).toBe(first.body.id);
    expect((await post('operator', '/v1/quarantines', { reason: order.reason })).status).toBe(400);
    expect((await post('operator', '/v1/quarantines', { ...order, reason: 'bad' })).status).toBe(400);
    expect((await post('operator', '/v1/quarantines', { ...order, version: undefined })).status).toBe(400);
    expect((await post('operator', '/v1/quarantines/qua_none/lift', agreed)).status).toBe(404);
    expect((await post('approver', '/v1/quarantines', order)).status).toBe(403);
  });

  test('tells who sets it again that it stands, and by whom and why', async () => {
    await stored();
    expect((await post('operator', '/v1/quarantines', order)).body.note).toBeUndefined();
    const again = await post('admin', '/v1/quarantines', { ...order, reason: 'loses the money of guests' });
    expect(again.body).toMatchObject({ reason: order.reason, by: 'otto' });
    expect(again.body.note).toMatch(
      /^It is quarantined already, by Otto since .*: “corrupts carts of guests”\. Nothing has changed, and the reason that you give now is not recorded\.$/,
    );
    expect((await post('admin', '/v1/quarantines', order)).body.note).toMatch(/”\. Nothing has changed\.$/);
    expect((await get('/v1/quarantines')).body.items[0].note).toBeUndefined();
  });

  test('is taken of a build that nobody has ordered or deployed, which is said', async () => {
    await stored();
    const typo = await post('operator', '/v1/quarantines', { ...order, version: '1.4.O' });
    expect([typo.status, typo.body.note]).toEqual([
      201,
      expect.stringMatching(/^No build of shop 1\.4\.O is known here: .* a typo, it bans nothing/),
    ]);
    const digest = `sha256:${'f'.repeat(64)}`;
    const other = await post('operator', '/v1/quarantines', { digest, reason: order.reason });
    expect(other.body.note).toContain(`carries ${digest}`);
    await adopt(api.deps.store.db, {
      ...{ service: 'shop', version: '1.5.0', environment: 'production', at: '2026-06-01T09:00:00.000Z' },
      by: { id: 'ana', kind: 'person' },
    });
    const running = await post('operator', '/v1/quarantines', { ...order, version: '1.5.0' });
    expect(running.body.note).toBeUndefined();
  });

  test('is listed to a token for some services where it is on one of these, or on a digest whoever carries it', async () => {
    await post('operator', '/v1/quarantines', order);
    await post('operator', '/v1/quarantines', { ...order, service: 'cart', reason: 'leaks carts of guests' });
    const digest = `sha256:${'a'.repeat(64)}`;
    await post('operator', '/v1/quarantines', { digest, reason: order.reason });
    const listedTo = async (path: string, services: string[]) => {
      const token = await api.bearer('viewer', services);
      return (await request(api.app).get(path).set('Authorization', token).expect(200)).body.items.map(
        (one: { service?: string; digest?: string }) => one.service ?? one.digest,
      );
    };
    expect(await listedTo('/v1/quarantines', [])).toEqual(['shop', 'cart', digest]);
    expect(await listedTo('/v1/quarantines', ['shop'])).toEqual(['shop', digest]);
    expect(await listedTo('/v1/quarantines?all=true', ['cart'])).toEqual([digest, 'cart']);
    const page = await request(api.app)
      .get('/environments')
      .set('Authorization', await api.bearer('viewer', ['shop']))
      .expect(200);
    expect(page.text).toContain('corrupts carts of guests');
    expect(page.text).not.toContain('leaks carts of guests');
  });

  test('of a digest is set by no token for some services: it would be on all others too', async () => {
    const token = await api.bearer('operator', ['shop']);
    const ban = (body: object) =>
      request(api.app)
        .post('/v1/quarantines')
        .set('Authorization', token)
        .set('Idempotency-Key', crypto.randomUUID())
        .send(body);
    const digest = `sha256:${'a'.repeat(64)}`;
    await ban({ ...order, digest }).expect(403);
    await ban({ digest, reason: order.reason }).expect(403);
    await ban(order).expect(201);
  });

  test('refuses a release of its build at the door, forward and back, and records nothing', async () => {
    const { id } = (await post('operator', '/v1/quarantines', order)).body;
    await adopt(api.deps.store.db, {
      ...{ service: 'shop', version: '1.5.0', environment: 'production', at: '2026-06-01T09:00:00.000Z' },
      by: { id: 'ana', kind: 'person' },
    });
    const shop = { components: [{ service: 'shop', version: '1.4.0' }] };
    const back = await post('releaser', '/v1/releases', { ...shop, intent: 'rollback' });
    expect(back.status).toBe(409);
    expect(back.body).toMatchObject({
      code: 'DENIED_BY_GATE',
      detail: expect.stringContaining('shop 1.4.0 is quarantined since'),
      remedy: expect.stringContaining(`gantry quarantine lift ${id}`),
      errors: [{ pointer: '/components/0/version', code: 'DENIED_BY_GATE' }],
    });
    expect((await post('releaser', '/v1/releases', { ...shop, to: 'staging' })).body.code).toBe(
      'DENIED_BY_GATE',
    );
    expect((await get('/v1/releases')).body.items).toEqual([]);
    const other = { components: [{ service: 'shop', version: '1.4.1' }], intent: 'rollback' };
    expect((await post('releaser', '/v1/releases', other)).status).toBe(202);
  });

  test('tells whoever brought the build where it runs, and wakes who waits for it', async () => {
    const { db } = api.deps.store;
    const release = await stored();
    const { releaseId } = release.order;
    await recordBatch(
      db,
      batchOf(release, 1, { owner: 'ben' }, [
        {
          ...{
            id: `${releaseId}+production+shop`,
            environment: 'production',
            service: 'shop',
            version: '1.4.0',
          },
          ...{ mode: 'deploy', status: 'succeeded', exposure: 100, at: '2026-06-01T09:00:00.000Z' },
        },
      ]),
    );
    const waiting = await stored('cart');
    const needs = {
      kind: 'version',
      service: 'shop',
      environment: 'production',
      atLeast: '1.4.0',
      state: 'verified',
    } as const;
    await writeDependencies(db, {
      releaseId: waiting.order.releaseId,
      needs: [needs],
      at: '2026-06-01T09:00:00.000Z',
    });
    await post('operator', '/v1/quarantines', order);
    const notices = await db.selectFrom('notices').select(['person', 'kind', 'release_id']).execute();
    expect(notices).toEqual([
      { person: 'ben', kind: 'quarantined', release_id: releaseId },
      { person: 'ana', kind: 'quarantined', release_id: releaseId },
    ]);
    await wakeRound(api.deps);
    expect(api.engine.signals).toContainEqual(
      expect.objectContaining({ workflowId: waiting.workflowId, name: 'calendarChanged' }),
    );
    const { dependencies } = await readCalendarFacts(db, {
      ...{ environment: 'production', services: ['cart'], now: '2026-06-02T09:00:00.000Z' },
      ...{ releaseId: waiting.order.releaseId, needs: [needs] },
    });
    expect(dependencies[0]?.running).toMatchObject({ quarantined: { by: 'Otto', reason: order.reason } });
  });

  test('shuts the door for another name of its build, and not for what comes under its name later', async () => {
    const { db } = api.deps.store;
    const place = { service: 'shop', environment: 'production', by: { id: 'ana', kind: 'person' as const } };
    await adopt(db, { ...place, version: '1.4.0', commit: 'c1', at: '2026-06-01T09:00:00.000Z' });
    const set = await post('operator', '/v1/quarantines', order);
    expect(set.body).toMatchObject({ version: '1.4.0', builds: [{ commit: 'c1' }] });
    const release = await stored();
    const knock = (version: string, commit: string) =>
      createCheckDoor(db)({
        ...{ releaseId: release.order.releaseId, environment: 'staging', subjectDigest: 'd' },
        ...{ checks: [], planned: [], rules: [], candidates: [], excluded: [] },
        builds: [{ service: 'shop', version, commit }],
      });
    expect(await knock('1.4.1', 'c1')).toMatchObject({
      kind: 'closed',
      because: expect.stringContaining('shop 1.4.1 is the same build as shop 1.4.0'),
    });
    const word = { ...place, version: '1.4.0', commit: 'c2', at: '2026-06-02T09:00:00.000Z' };
    await adopt(db, { ...word, reason: 'its tag was moved to the mended one' });
    expect(await knock('1.4.2', 'c2')).toMatchObject({ kind: 'open' });
    const { body } = await get('/v1/environments');
    expect(body.items.at(-1).running).toMatchObject([{ version: '1.4.0', quarantine: { by: 'otto' } }]);
  });

  test('is on what was deployed or is on its way, not on what a release named that came to nothing', async () => {
    const { db } = api.deps.store;
    const named = async (attempt: number, commit: string) =>
      (await stored('shop', { attempt, components: [{ service: 'shop', version: '1.4.0', commit }] })).order
        .releaseId;
    const cancelled = await named(1, 'c1');
    await db
      .updateTable('releases')
      .set({ ended_at: '2026-06-01T09:00:00.000Z' })
      .where('id', '=', cancelled)
      .execute();
    await named(2, 'c2');
    const set = await post('operator', '/v1/quarantines', order);
    expect(set.body).toMatchObject({ builds: [{ commit: 'c2' }] });
    expect(set.body.builds).toHaveLength(1);
  });

  test('is shown where the build runs, and shuts the door for a release of it', async () => {
    const { db } = api.deps.store;
    await adopt(db, {
      service: 'shop',
      version: '1.4.0',
      environment: 'production',
      by: { id: 'ana', kind: 'person' },
      at: '2026-06-01T09:00:00.000Z',
    });
    const set = await post('operator', '/v1/quarantines', order);
    const { body } = await get('/v1/environments');
    expect(body.items.at(-1).running).toMatchObject([{ version: '1.4.0', quarantine: { by: 'otto' } }]);
    const release = await stored();
    const knock = (version: string) =>
      createCheckDoor(db)({
        ...{ releaseId: release.order.releaseId, environment: 'staging', subjectDigest: 'd' },
        ...{ checks: [], planned: [], rules: [], candidates: [], excluded: [] },
        builds: [{ service: 'shop', version }],
      });
    expect(await knock('1.4.0')).toMatchObject({
      kind: 'closed',
      because: expect.stringContaining('"corrupts carts of guests"'),
      quarantines: [{ id: set.body.id }],
    });
    expect(await knock('1.4.1')).toMatchObject({ kind: 'open' });
  });
});

describe('a waiver', () => {
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const build = { service: 'shop', version: '1.4.0' };
  const waiverOf = (release: StoredRelease, id: string) => ({
    ...{ id, check: 'audit', service: 'shop', environment: 'production', build: 'shop@1.4.0' },
    ...{ by: 'cleo', team: 'web', reason: 'patched at the edge', expiresAt: inDays(2) },
    at: new Date().toISOString(),
    releaseId: release.order.releaseId,
  });

  test('goes to the workflow with its end; who may not steer is refused before', async () => {
    const release = await stored();
    const body = { check: 'audit', reason: 'patched at the edge', expires: inDays(2) };
    const path = `/v1/releases/${release.order.releaseId}/waivers`;
    expect((await post('releaser', path, body)).status).toBe(403);
    expect((await post('approver', path, { ...body, reason: 'no' })).status).toBe(400);
    expect((await post('approver', path, body)).status).toBe(200);
    expect(api.engine.updates).toMatchObject([
      {
        name: 'waive',
        input: { check: 'audit', reason: body.reason, expiresAt: body.expires, by: { person: 'cleo' } },
      },
    ]);
  });

  test('must stand in the record for the door to count it, for this build and until its end', async () => {
    const { db } = api.deps.store;
    const release = await stored();
    const { releaseId } = release.order;
    const waiver = waiverOf(release, 'w1');
    const check = { check: 'audit', service: 'shop', required: true, isWaived: true as const };
    const knock = (now: string, version = '1.4.0') =>
      createCheckDoor(db)({
        ...{ releaseId, environment: 'production', subjectDigest: 'd', checks: [check] },
        ...{ planned: [], rules: [], candidates: [], excluded: [] },
        builds: [{ ...build, version }],
        now,
      });
    expect(await knock(waiver.at)).toMatchObject({ kind: 'shut' });
    await recordBatch(db, { ...batchOf(release, 1), waivers: [waiver] });
    expect(await knock(waiver.at)).toMatchObject({ kind: 'open' });
    expect(await knock(waiver.expiresAt)).toMatchObject({ kind: 'shut' });
    expect(await knock(waiver.at, '1.4.1')).toMatchObject({ kind: 'shut' });
    expect(
      await hasLiveWaiver(db, { releaseId, environment: 'staging', check: 'audit', build, now: waiver.at }),
    ).toBe(false);
  });

  test('that was taken back opens no door and counts in no risk, but in the budget', async () => {
    const { db } = api.deps.store;
    const release = await stored();
    const { releaseId } = release.order;
    const waiver = waiverOf(release, 'w1');
    const revoked = anEvent('e2', {
      ...{ action: 'waiver.revoked', reason: 'it is used in the wild', facts: { waiver: 'w1', by: 'dee' } },
    });
    await recordBatch(db, { ...batchOf(release, 1), waivers: [waiver] });
    const isLive = () =>
      hasLiveWaiver(db, { releaseId, environment: 'production', check: 'audit', build, now: waiver.at });
    expect(await isLive()).toBe(true);
    await recordBatch(db, { ...batchOf(release, 2), events: [revoked] });
    expect(await isLive()).toBe(false);
    expect(await waiversOfRelease(db, releaseId)).toMatchObject([
      { id: 'w1', revoked: { by: 'dee', reason: 'it is used in the wild' } },
    ]);
    expect((await get('/v1/waivers/budget?team=web')).body.items).toMatchObject([{ spent: 1 }]);
    const path = `/v1/releases/${releaseId}/waivers/revoke`;
    const body = { check: 'audit', reason: 'it is used in the wild' };
    expect((await post('releaser', path, body)).status).toBe(403);
    expect((await post('approver', path, { ...body, reason: 'no' })).status).toBe(400);
    expect((await post('approver', path, body)).status).toBe(200);
    expect(api.engine.updates).toMatchObject([{ name: 'revokeWaiver', input: body }]);
  });

  test('is counted in the budget of its team, once', async () => {
    const { db } = api.deps.store;
    const release = await stored();
    const waivers = ['w1', 'w2'].map((id) => waiverOf(release, id));
    await recordBatch(db, { ...batchOf(release, 1), waivers });
    await recordBatch(db, { ...batchOf(release, 1), waivers });
    expect((await get('/v1/waivers/budget?team=web')).body.items).toMatchObject([
      { team: 'web', spent: 2, left: 3, because: 'web gave 2 of 5 waivers in 30 days.' },
    ]);
  });
});

test('environments say whether their runner is there, by the engine, else by the record; page and API alike', async () => {
  const { db } = api.deps.store;
  const policy = {
    ...api.policy,
    environments: api.policy.environments.map((one) => ({
      ...one,
      ...(one.production ? { runner: 'eu' } : {}),
    })),
  };
  await storePolicy(db, {
    ...{ policy, text: '', digest: 'with a runner', baseDir: api.deps.config.dataDir, sentences: [] },
    by: { id: 'ana', kind: 'person' },
  });
  const shown = async () => {
    const { body } = await get('/v1/environments');
    return body.items.map(({ runner }: { runner?: object }) => runner);
  };
  const page = async () => (await get('/environments')).text;
  expect(await shown()).toEqual([undefined, expect.objectContaining({ name: 'eu', isThere: false })]);
  expect(await page()).toContain('gantry worker --runner eu');
  await noteRunner(db, 'eu', new Date('2026-06-01T14:03:00Z'));
  expect((await shown()).at(-1)).toMatchObject({ isThere: false, seenAt: '2026-06-01T14:03:00.000Z' });
  api.engine.onRunner = async () => new Date();
  expect((await shown()).at(-1)).toMatchObject({
    isThere: true,
    because: expect.stringContaining('is there'),
  });
  expect(await page()).toContain('Runner eu is there, last seen');
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  api.engine.onRunner = async () => inMinutes(-10);
  expect((await shown()).at(-1)).toMatchObject({ isThere: false });
  api.engine.onWorkers = async () => inMinutes(-10); // the engine's clock is behind ours: the runner asked just now
  expect((await shown()).at(-1)).toMatchObject({ isThere: true });
  api.engine.onWorkers = async () => inMinutes(10);
  api.engine.onRunner = async () => inMinutes(5); // it is ahead, and this runner asked five minutes ago
  expect((await shown()).at(-1)).toMatchObject({ isThere: false });
  api.engine.onRunner = () => Promise.reject(new Error('away'));
  expect((await shown()).at(-1)).toEqual({ name: 'eu', because: expect.stringContaining('Nobody can tell') });
});
