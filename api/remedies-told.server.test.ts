import { expect, test } from '@jest/globals';
import request from 'supertest';
import { insertRelease, recordBatch } from '../platform/record/releases.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { asItIs, inProduction } from '../test/support/in-production.ts';
import { aRelease, anEvent, batchOf } from '../test/support/record-builders.ts';

const api = apiPerTest();
const { released } = inProduction(api);

test.each([
  ['aborted', 'was to make it good, and was aborted'],
  ['succeeded', 'Made good by'],
] as const)('the page of a release says of a remedy that is %s: %s', async (state, words) => {
  const { db } = api.deps.store;
  const { order } = await released('1.5.0', asItIs);
  const { policyDigest } = order;
  const remedy = aRelease('shop', '1.0.0', { policyDigest, remediates: order.releaseId });
  await insertRelease(db, { ...remedy, event: anEvent('ordered', { action: 'release.created' }) });
  const ended = { at: '2026-06-02T09:00:00.000Z', because: 'it is over' };
  await recordBatch(db, batchOf(remedy, 1, { state, ended, headline: 'shop 1.0.0 is over.' }));
  const { text } = await request(api.app)
    .get(`/releases/${order.releaseId}`)
    .set('Authorization', await api.bearer('viewer'));
  const said = text.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
  expect(said).toContain(words);
  expect(said.includes('Made good by')).toBe(state === 'succeeded');
});
