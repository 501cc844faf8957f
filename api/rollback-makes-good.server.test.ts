import { expect, test } from '@jest/globals';
import request from 'supertest';
import type { ReleaseOrder } from '../domain/release/release.ts';
import { orderNotices } from '../platform/record/notices.ts';
import { readRelease, recordBatch } from '../platform/record/releases.ts';
import { adopt } from '../platform/record/running.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { inProduction } from '../test/support/in-production.ts';
import { batchOf } from '../test/support/record-builders.ts';

const api = apiPerTest();
const { released } = inProduction(api);

/** Released well as far as that, and Ana was told so. */
async function announced(version: string, reached = 'production'): Promise<string> {
  const { order } = await released(version, {
    ...{ exposure: 100, status: 'succeeded' },
    ended: { state: 'succeeded', residue: 'none', reached },
  });
  const notice = {
    kind: 'released' as const,
    releaseId: order.releaseId,
    to: ['ana'],
    sentence: 'Released.',
  };
  await orderNotices(api.deps.store.db, [{ ...notice, occasion: 'released' }], 'acme.test');
  return order.releaseId;
}

const asked = async (version: string, intent: 'rollback' | 'deploy') =>
  request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', `${version}-${intent}`)
    .send({ components: [{ service: 'shop', version }], intent });

const corrections = async () =>
  api.deps.store.db
    .selectFrom('notices')
    .select(['person', 'release_id', 'kind'])
    .where('key', 'like', '%/correction/%')
    .execute();

test('a rollback that nobody called a remedy makes good what it goes back from, and whoever was told of that is told of this', async () => {
  await announced('1.4.0');
  const bad = await announced('1.5.0');
  const { status, body } = await asked('1.4.0', 'rollback');
  expect([status, body.remediates]).toEqual([202, bad]);
  const { db } = api.deps.store;
  const view = (await readRelease(db, body.id))!;
  expect(await corrections()).toEqual([]);
  const order = { releaseId: view.id } as ReleaseOrder; // all that a batch asks of it
  await recordBatch(db, batchOf({ order, view, workflowId: view.workflowId }, 1, { state: 'succeeded' }));
  expect(await corrections()).toEqual([{ person: 'ana', release_id: bad, kind: 'rolledBack' }]);
});

test('what goes forward makes nothing good by itself', async () => {
  await announced('1.4.0');
  const { status, body } = await asked('1.6.0', 'deploy');
  expect(status).toBe(202);
  expect(body).not.toHaveProperty('remediates');
});

test('nor does a rollback of what a team has said to run', async () => {
  const by = { id: 'ana', kind: 'person' as const };
  const place = { service: 'shop', environment: 'production', at: '2026-06-01T08:30:00.000Z' };
  await adopt(api.deps.store.db, { ...place, version: '1.2.0', by });
  const { status, body } = await asked('1.1.0', 'rollback');
  expect(status).toBe(202);
  expect(body).not.toHaveProperty('remediates');
});

test('nor does one that goes back less far than that was released', async () => {
  await announced('1.4.0');
  await announced('1.5.0', 'elsewhere');
  const { status, body } = await asked('1.4.0', 'rollback');
  expect(status).toBe(202);
  expect(body).not.toHaveProperty('remediates');
});
