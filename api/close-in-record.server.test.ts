import { beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import type { DeploymentChange } from '../activities/contract.ts';
import type { RunOfOrder } from '../domain/release/run-of-order.ts';
import type { ReleaseView } from '../domain/release/release.ts';
import { enqueue } from '../domain/gates/lock/environment-locks.ts';
import { GantryError } from '../platform/errors.ts';
import { openRequest } from '../platform/record/approvals.ts';
import { changeLocks, environmentLocks } from '../platform/record/environment-locks.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { insertRelease, markStarted, readRelease, recordBatch } from '../platform/record/releases.ts';
import { adopt } from '../platform/record/running.ts';
import { browserOf } from '../test/support/browser-of.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { aRelease, anEvent, batchOf, type StoredRelease } from '../test/support/record-builders.ts';
import { aStage, qaRule } from '../test/support/release-world.ts';

const api = apiPerTest();
const at = '2026-06-01T09:00:00.000Z';
const requestId = '018f0000-0000-7000-8000-000000000001';
let release: StoredRelease;
let other: StoredRelease;

/** A release that Temporal knows nothing of: it was at 20 % of production, holds it, and asks for approval of what comes next. */
beforeEach(async () => {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  await adopt(db, {
    service: 'shop',
    version: '1.3.0',
    environment: 'production',
    by: { id: 'ana', kind: 'person' },
    at,
  });
  release = aRelease('shop', '1.4.0', { policyDigest, requestedBy: { id: 'ben', kind: 'person' } });
  other = aRelease('shop', '1.5.0', { policyDigest });
  for (const one of [release, other]) {
    await insertRelease(db, { ...one, event: anEvent('created', { action: 'release.created' }) });
    await markStarted(db, one.order.releaseId, at);
  }
  const { releaseId } = release.order;
  const change: DeploymentChange = {
    ...{ id: `${releaseId}+production+shop`, environment: 'production', service: 'shop', version: '1.4.0' },
    ...{ previousVersion: '1.3.0', mode: 'deploy', status: 'running', exposure: 20, at },
  };
  const view: Partial<ReleaseView> = {
    ...{ state: 'deploying', stage: 'production', owner: 'cleo' },
    stages: [
      {
        ...{ environment: 'production', state: 'deploying', checks: [], verdicts: [], soak: [] },
        approval: {
          ...{ requestId, state: 'open', subjectDigest: 'd', openedAt: at, deadline: at },
          ...{ asked: ['cleo'], excluded: [], votes: [], seats: [] },
        },
        rollout: [
          {
            ...{ service: 'shop', version: '1.4.0', previousVersion: '1.3.0', mode: 'deploy', metrics: [] },
            ...{ exposure: 20, steps: [{ weight: 20, state: 'holding' }] },
            compensation: { state: 'pending', attempts: 0, because: 'a step may have taken effect' },
          },
        ],
      },
    ],
  };
  await openRequest(db, {
    ...{
      requestId,
      releaseId,
      title: 'shop 1.4.0',
      intent: 'deploy',
      openedAt: at,
      deadline: '2099-06-01T09:00:00Z',
    },
    stage: aStage({ rules: [qaRule] }),
  });
  await recordBatch(db, batchOf(release, 5, view, [change]));
  await db
    .insertInto('environment_locks')
    .values({
      environment: 'production',
      holders: '[]',
      queue: '[]',
      revision: 1,
      kept_by: 'record',
      fence: 0,
    })
    .execute();
  for (const {
    order,
    workflowId,
    view: { components },
  } of [release, other])
    await changeLocks(db, 'production', (locks) =>
      enqueue(
        locks,
        {
          ...{ owner: workflowId, releaseId: order.releaseId, requestedAt: at, keys: ['*'] },
          ...{ classRank: components[0]?.version === '1.4.0' ? 0 : 1, title: components[0]?.version ?? '' },
        },
        at,
      ),
    );
});

const close = async (
  run: RunOfOrder | GantryError,
  access: 'operator' | 'releaser' | 'admin' = 'operator',
) => {
  api.engine.onRunOf = async () => {
    if (run instanceof GantryError) throw run;
    return run;
  };
  return request(api.app)
    .post(`/v1/releases/${release.order.releaseId}/close`)
    .set('Authorization', await api.bearer(access))
    .send({ reason: 'Temporal was restored from Monday' });
};
const recorded = async () => readRelease(api.deps.store.db, release.order.releaseId);

test('a release that only the record has is closed there by a person, with all that it held', async () => {
  const { db } = api.deps.store;
  const answer = await close({ kind: 'missing' });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    ...{ state: 'aborted', residue: 'left' },
    ended: { by: 'otto', because: expect.stringContaining('Temporal was restored from Monday') },
    stages: [{ state: 'ended', approval: { state: 'withdrawn' } }],
  });
  expect(await recorded()).toMatchObject({
    state: 'aborted',
    headline: expect.stringMatching(/aborted by Otto.*20 %/),
  });
  // what it left is shown as left, and is under way no more
  const { body } = await request(api.app)
    .get('/v1/environments')
    .set('Authorization', await api.bearer('viewer'));
  expect(body.items.find(({ id }: { id: string }) => id === 'production').inPart).toMatchObject([
    { version: '1.4.0', share: 20, standing: 'aborted, and left there', whole: { version: '1.3.0' } },
  ]);
  // its place is free for whoever waits, who is told to look
  const [lock] = await environmentLocks(db);
  expect([...(lock?.holders ?? []), ...(lock?.queue ?? [])]).toMatchObject([
    { releaseId: other.order.releaseId },
  ]);
  expect(api.engine.signals).toMatchObject([{ workflowId: 'environment/production' }]);
  // who has to do with it is told, and nobody can vote on it any more
  const mails = await db.selectFrom('notices').select(['person', 'kind']).orderBy('person').execute();
  expect(mails).toEqual([
    { person: 'ben', kind: 'ended' },
    { person: 'cleo', kind: 'ended' },
  ]);
  expect(await db.selectFrom('approval_requests').select('state').execute()).toEqual([
    { state: 'withdrawn' },
  ]);
  // the log has who, why and what the engine said
  const entries = await db
    .selectFrom('audit_entries')
    .select(['action', 'body'])
    .where('release_id', '=', release.order.releaseId)
    .where('action', 'in', ['release.closed', 'release.ended'])
    .orderBy('seq')
    .execute();
  const reason = 'Temporal was restored from Monday';
  expect(entries.map(({ action, body }) => ({ action, ...JSON.parse(body) }))).toMatchObject(
    ['release.closed', 'release.ended'].map((action) => ({ action, reason, actor: { person: 'otto' } })),
  );
  // once; and the same version can be ordered again
  expect((await close({ kind: 'missing' })).body.code).toBe('RELEASE_ENDED');
  const again = await request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', 'again')
    .send({ components: [{ service: 'shop', version: '1.4.0' }] });
  expect(again.body).toMatchObject({ attempt: 2, workflowId: expect.stringMatching(/\/2$/) });
});

test('nothing is closed where Temporal has a workflow of it, where nobody can tell, and where Temporal does not answer', async () => {
  const { order } = release;
  for (const [run, code, status] of [
    [{ kind: 'running', order }, 'CLOSE_REFUSED', 409],
    [{ kind: 'ended', order }, 'CLOSE_REFUSED', 409],
    [{ kind: 'ended' }, 'CLOSE_REFUSED', 409],
    [new GantryError('TEMPORAL_UNREACHABLE'), 'TEMPORAL_UNREACHABLE', 503],
  ] as const) {
    const answer = await close(run);
    expect(answer.body).toMatchObject({ code, status });
  }
  expect(await recorded()).toMatchObject({ state: 'deploying', seq: 5 });
  const [lock] = await environmentLocks(api.deps.store.db);
  expect(lock?.holders).toMatchObject([{ releaseId: order.releaseId }]);
});

test('it is for operators and administrators, with a reason', async () => {
  expect((await close({ kind: 'missing' }, 'releaser')).body.code).toBe('NOT_ALLOWED');
  const silent = await request(api.app)
    .post(`/v1/releases/${release.order.releaseId}/close`)
    .set('Authorization', await api.bearer('operator'))
    .send({});
  expect(silent.status).toBe(400);
  expect(await recorded()).toMatchObject({ state: 'deploying' });
  expect((await close({ kind: 'missing' }, 'admin')).status).toBe(200);
});

test('one whose workflow id another release has taken is closed, and that one keeps what it holds under the same name', async () => {
  await changeLocks(api.deps.store.db, 'production', (locks) => ({
    ...locks,
    holders: locks.holders.map((one) => ({ ...one, releaseId: 'rel_of_before' })),
  }));
  const order = { releaseId: 'rel_of_before', createdAt: at };
  expect((await close({ kind: 'running', order })).body).toMatchObject({ state: 'aborted' });
  const [lock] = await environmentLocks(api.deps.store.db);
  expect(lock?.holders).toMatchObject([{ releaseId: 'rel_of_before' }]);
});

test('it has a form on the page of the release, which keeps what was typed where Temporal has a workflow', async () => {
  const { releaseId } = release.order;
  const browser = await browserOf(api, 'operator');
  const { text } = await browser.get(`/releases/${releaseId}`).expect(200);
  expect(text).toContain('Close it in the record…');
  api.engine.onRunOf = async () => ({ kind: 'running' });
  const address = `/releases/${releaseId}/close`;
  const refused = await browser.post(address, { reason: 'restored from Monday' });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('value="restored from Monday"');
  await browser.post(address, { reason: ' ' }).expect(400);
  expect(await recorded()).toMatchObject({ state: 'deploying' });
  api.engine.onRunOf = async () => ({ kind: 'missing' });
  await browser.post(address, { reason: 'restored from Monday' }).expect(303);
  expect(await recorded()).toMatchObject({
    ended: { because: expect.stringContaining('restored from Monday') },
  });
  const releaser = await browserOf(api, 'releaser');
  await releaser.post(address, { reason: 'restored from Monday' }).expect(403);
});
