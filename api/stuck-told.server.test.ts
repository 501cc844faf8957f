import { expect, test } from '@jest/globals';
import request from 'supertest';
import type { CompensationView, RolloutView } from '../domain/release/release.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { insertRelease, recordBatch } from '../platform/record/releases.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { aRelease, anEvent, batchOf } from '../test/support/record-builders.ts';

const api = apiPerTest();

const rollout = (service: string, state: CompensationView['state'], attempts: number): RolloutView => ({
  ...{ service, version: '1.1.0', previousVersion: '1.0.0', mode: 'deploy', metrics: [] },
  steps: [{ weight: 100, state: 'done' }],
  exposure: 100,
  compensation: { state, attempts, because: state === 'failed' ? 'no route to host' : 'a dependant failed' },
});

test('the API says of a release that is stuck that something of it is left, and what became of each undo', async () => {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  const release = aRelease('shop', '1.1.0', { policyDigest });
  await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  const all = [rollout('db', 'needsPeople', 0), rollout('api', 'failed', 3)];
  await recordBatch(
    db,
    batchOf(release, 1, {
      ...{ state: 'stuck', stage: 'production', residue: 'none' },
      stages: [
        {
          ...{ environment: 'production', state: 'rollingBack', checks: [], verdicts: [], soak: [] },
          rollout: all,
        },
      ],
    }),
  );
  const get = async (path: string) =>
    (
      await request(api.app)
        .get(path)
        .set('Authorization', await api.bearer('viewer'))
    ).body;
  expect(await get(`/v1/releases/${release.order.releaseId}`)).toMatchObject({
    residue: 'partial',
    whatIsWhere: [
      { service: 'db', undo: 'needsPeople', attempts: 0, waitsFor: ['api'], runs: '1.1.0' },
      {
        ...{ service: 'api', undo: 'failed', attempts: 3, because: 'no route to host' },
        runs: 'nobody knows: it was at 100 % on 1.1.0',
      },
    ],
  });
  expect((await get('/v1/releases')).items).toMatchObject([{ residue: 'partial' }]);
});
