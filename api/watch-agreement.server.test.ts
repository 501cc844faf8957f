import { beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import type { EngineRun } from '../domain/release/agreement.ts';
import { GantryError } from '../platform/errors.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { insertRelease, markStarted, recordBatch } from '../platform/record/releases.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { aRelease, anEvent, batchOf, type StoredRelease } from '../test/support/record-builders.ts';
import { agreementRound } from './watch-agreement.ts';

const api = apiPerTest();
let release: StoredRelease;
beforeEach(async () => {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  release = aRelease('shop', '1.4.0', { policyDigest });
  await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  await markStarted(db, release.order.releaseId, '2026-06-01T09:00:00.000Z');
  await recordBatch(db, batchOf(release, 5, { state: 'gating' }));
});

/** One look at an engine that has the release so, and one more workflow where it says so. */
const look = async (run: EngineRun, others: Record<string, EngineRun> = {}): Promise<void> => {
  api.engine.onRuns = async (ids) => ({
    runs: new Map([...ids.map((id) => [id, run] as const), ...Object.entries(others)]),
    isWhole: run.kind !== 'running' || run.says !== undefined,
  });
  await agreementRound(api.deps);
};
const said = async () => (await request(api.app).get('/ready')).body.parts.agreement;
const asFarAs = (entries: number): EngineRun => {
  const { releaseId } = release.order;
  return {
    kind: 'running',
    says: { releaseId, entries, toldAt: '2026-06-01T09:00:00.000Z', hasEnded: false },
  };
};

test.each<[string, EngineRun, string]>([
  ['whose workflow is not there', { kind: 'missing' }, 'and Temporal has no workflow of it'],
  ['whose workflow has ended', { kind: 'ended' }, 'and its workflow in Temporal has ended'],
])('an open release %s is told by readiness with the remedy', async (_, run, words) => {
  await look(run);
  expect(await said()).toEqual({
    state: 'degraded',
    detail: expect.stringContaining(`The record calls shop 1.4.0 open, ${words}`),
    remedy: expect.stringContaining('Copies of two moments'),
  });
});

test('a workflow behind the record, ahead of it, or unknown to it, is told', async () => {
  await look(asFarAs(3));
  expect((await said()).detail).toContain('entry 3 of 5');
  await look(asFarAs(9));
  expect((await said()).detail).toContain('entries 6 to 9');
  await look(asFarAs(5), { 'release/cart/2.0.0': { kind: 'running' } });
  expect((await said()).detail).toContain('release/cart/2.0.0, and the record has no release of it');
});

test('nothing is told where both are as far, and nobody is asked again once all have answered', async () => {
  await look({ kind: 'running' });
  await look(asFarAs(5));
  await look({ kind: 'missing' });
  expect(await said()).toBeUndefined();
});

test('what was told is told no more once both agree', async () => {
  await look({ kind: 'missing' });
  await look(asFarAs(5));
  expect(await said()).toBeUndefined();
});

test('a command to a release that is open in the record alone says so, and not that it has ended', async () => {
  api.engine.onUpdate = () => Promise.reject(new GantryError('RELEASE_ENDED'));
  const answer = await request(api.app)
    .post(`/v1/releases/${release.order.releaseId}/resume`)
    .set('Authorization', await api.bearer('operator'))
    .set('Idempotency-Key', 'k1')
    .send({});
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({
    code: 'ENGINE_DISAGREES',
    detail: expect.stringContaining('the record calls shop 1.4.0 open'),
  });
});
