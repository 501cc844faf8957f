import { beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { currentPolicy } from '../platform/record/policies.ts';
import { insertRelease } from '../platform/record/releases.ts';
import { openReview } from '../platform/record/reviews.ts';
import { adopt } from '../platform/record/running.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { aRelease, anEvent } from '../test/support/record-builders.ts';

const api = apiPerTest();
const by = { id: 'ana', kind: 'person' as const };

const runs = async (service: string, version: string, at: string): Promise<void> => {
  for (const environment of ['staging', 'production'])
    await adopt(api.deps.store.db, { service, version, environment, at, by, reason: 'seen' });
};

beforeEach(async () => {
  const { db } = api.deps.store;
  await runs('cart', 'build-99', '2026-06-01T08:00:00.000Z');
  await runs('cart', 'build-100', '2026-06-02T08:00:00.000Z');
  await runs('shop', '1.4.0', '2026-06-02T08:00:00.000Z');
  const release = aRelease('cart', 'build-98', { policyDigest: (await currentPolicy(db))?.digest ?? '' });
  await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  await openReview(db, {
    ...{ id: 'rev_1', releaseId: release.order.releaseId, title: 'cart build-98', environment: 'production' },
    ...{ services: ['cart', 'shop'], brokenBy: ['otto'], reason: 'orders are lost', incident: 'INC-7' },
    ...{ brokenAt: '2026-06-01T08:00:00.000Z', dueAt: '2026-06-02T08:00:00.000Z' },
  });
});

const ordered = async (service: string, version: string, more: object) =>
  request(api.app)
    .post('/v1/releases')
    .set('Authorization', await api.bearer('releaser'))
    .set('Idempotency-Key', crypto.randomUUID())
    .send({ components: [{ service, version }], ...more });

test.each([
  ['a version that nobody can order and that was never there', 'cart', 'build-101', {}],
  ['the same, called a rollback', 'cart', 'build-101', { intent: 'rollback' }],
])('an overdue review stops %s', async (_, service, version, more) => {
  expect((await ordered(service, version, more)).body).toMatchObject({
    code: 'REVIEW_OVERDUE',
    remedy: expect.stringContaining('rollbacks to an older version or to one that ran there'),
  });
});

test.each([
  ['a rollback to what ended well there', 'cart', 'build-99', { intent: 'rollback' }],
  ['a rollback to a lower version', 'shop', '1.3.0', { intent: 'rollback' }],
  ['what is urgent', 'cart', 'build-101', { urgent: 'orders are lost' }],
])('it does not stop %s', async (_, service, version, more) => {
  expect((await ordered(service, version, more)).status).toBe(202);
});
