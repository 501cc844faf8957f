import { expect, test } from '@jest/globals';
import request from 'supertest';
import type { ReleaseOrder } from '../domain/release/release.ts';
import { orderNotices } from '../platform/record/notices.ts';
import { standingQuarantines } from '../platform/record/gates/quarantines.ts';
import { readRelease, recordBatch } from '../platform/record/releases.ts';
import { adopt } from '../platform/record/running.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { inProduction } from '../test/support/in-production.ts';
import { batchOf } from '../test/support/record-builders.ts';

const api = apiPerTest();
const { released } = inProduction(api);

/** Released well as far as that, and Ana was told so. */
async function announced(
  version: string,
  reached = 'production',
  mode: 'deploy' | 'redeploy' = 'deploy',
): Promise<string> {
  const { order } = await released(version, {
    ...{ exposure: 100, status: 'succeeded' },
    ended: { state: 'succeeded', residue: 'none', reached },
    mode,
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

const asked = async (version: string, intent: 'rollback' | 'deploy', more: object = {}) =>
  request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', `${version}-${intent}`)
    .send({ components: [{ service: 'shop', version }], intent, ...more });

const corrections = async () =>
  api.deps.store.db
    .selectFrom('notices')
    .select(['person', 'release_id', 'kind'])
    .where('key', 'like', '%/correction/%')
    .execute();

/** It has gone back, from this version, under a policy that bans what it leaves behind. */
async function ends(id: string, previousVersion: string): Promise<void> {
  const { db } = api.deps.store;
  const view = (await readRelease(db, id))!;
  const order = { releaseId: id } as ReleaseOrder; // all that a batch asks of it
  const stage = { ...view.stages.at(-1)!, environment: 'production' };
  const rollout = {
    ...{ service: 'shop', version: '1.4.0', previousVersion, mode: 'rollback' as const },
    ...{ steps: [], exposure: 100, metrics: [] },
  };
  const batch = batchOf({ order, view, workflowId: view.workflowId }, 1, {
    state: 'succeeded',
    stages: [...view.stages.slice(0, -1), { ...stage, rollout: [rollout] }],
  });
  const quarantined = [{ service: 'shop', version: previousVersion, reason: 'production went back from it' }];
  await recordBatch(db, { ...batch, quarantined });
}

const banned = async (): Promise<string[]> =>
  (await standingQuarantines(api.deps.store.db)).map(({ version }) => version ?? '');

test('a rollback that nobody called a remedy makes good what it goes back from, and whoever was told of that is told of this', async () => {
  await announced('1.4.0');
  const bad = await announced('1.5.0');
  const { status, body } = await asked('1.4.0', 'rollback');
  expect([status, body.remediates]).toEqual([202, bad]);
  expect(await corrections()).toEqual([]);
  await ends(body.id, '1.5.0');
  expect(await corrections()).toEqual([{ person: 'ana', release_id: bad, kind: 'rolledBack' }]);
  expect(await banned()).toEqual(['1.5.0']);
});

test('what came between makes nothing of it: nobody complained of that, and nobody was told', async () => {
  await announced('1.4.0');
  await announced('1.5.0');
  const { body } = await asked('1.4.0', 'rollback');
  await ends(body.id, '1.5.1');
  expect([await corrections(), await banned()]).toEqual([[], []]);
});

test.each<[string, object, ('deploy' | 'redeploy')?]>([
  ['a start that is planned', { at: '2098-01-01T10:00:00Z' }],
  ['what was deployed once more', {}, 'redeploy'],
])('nor does %s', async (_, more, mode = 'deploy') => {
  await announced('1.4.0');
  await announced('1.5.0', 'production', mode);
  const { status, body } = await asked('1.4.0', 'rollback', more);
  expect(status).toBe(202);
  expect(body).not.toHaveProperty('remediates');
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
