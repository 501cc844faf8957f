import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { enqueue } from '../../domain/gates/lock/environment-locks.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { aRelease, aStoredRelease, batchOf } from '../../test/support/record-builders.ts';
import type { Store } from '../database/open.ts';
import { changeLocks, environmentLocks, takeLocksOver, writeEnvironment } from './environment-locks.ts';
import { recordBatch } from './releases.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.database();
});

const now = '2026-06-01T10:00:00.000Z';
const aRequest = (owner: string) => ({
  ...{ owner, releaseId: `rel of ${owner}`, title: owner, keys: ['*'] },
  ...{ classRank: 2, requestedAt: now },
});
const ask = async (owner: string) =>
  changeLocks(store.db, 'production', (locks) => enqueue(locks, aRequest(owner), now));
const kept = async () => (await environmentLocks(store.db))[0];

test('as long as the workflow keeps the locks, an older word of it never replaces a newer one', async () => {
  const row = { environment: 'production', holders: [], queue: [], revision: 2 };
  await writeEnvironment(store.db, row);
  await writeEnvironment(store.db, { ...row, revision: 1, queue: [aRequest('w')] });
  expect(await environmentLocks(store.db)).toEqual([row]);
  expect(await ask('a')).toBe('keptByWorkflow');
});

test('once the record keeps them, no word of the workflow changes them', async () => {
  await takeLocksOver(store.db, 'production', async () => 4);
  await ask('a');
  await writeEnvironment(store.db, { environment: 'production', holders: [], queue: [], revision: 99 });
  expect(await kept()).toMatchObject({ holders: [{ owner: 'a', fence: 5 }] });
});

test('an environment is given back with the batch that says so; the same batch again takes nothing from who holds it by then', async () => {
  const release = await aStoredRelease(store.db, aRelease('shop', '1.4.0'));
  const batch = { ...batchOf(release, 1), freed: ['production'] };
  const owner = batch.workflow.id;
  await takeLocksOver(store.db, 'production', async () => 0);
  await ask(owner);
  await ask('next');
  expect(await recordBatch(store.db, batch)).toMatchObject({
    left: [{ environment: 'production', after: 'othersWait' }],
  });
  expect(await kept()).toMatchObject({ holders: [], queue: [{ owner: 'next' }] });

  await changeLocks(store.db, 'production', (locks) => ({ ...locks, queue: [] }));
  await ask(owner);
  await ask('next');
  expect(await recordBatch(store.db, batch)).toMatchObject({ left: [{ after: 'othersWait' }] });
  expect(await kept()).toMatchObject({ holders: [{ owner, fence: 2 }] });
});

test('what an attempt that was lost has asked for is given back with the next batch that does not want it', async () => {
  const release = await aStoredRelease(store.db, aRelease('shop', '1.4.0'));
  const owner = batchOf(release, 1).workflow.id;
  for (const environment of ['production', 'staging']) {
    await takeLocksOver(store.db, environment, async () => 0);
    await changeLocks(store.db, environment, (locks) => enqueue(locks, aRequest(owner), now));
    await changeLocks(store.db, environment, (locks) => enqueue(locks, aRequest('next'), now));
  }
  const answer = await recordBatch(store.db, { ...batchOf(release, 1), wants: ['staging'] });
  expect(answer.left).toEqual([{ environment: 'production', after: 'othersWait' }]);
  const [production, staging] = await environmentLocks(store.db);
  expect(production).toMatchObject({ holders: [], queue: [{ owner: 'next' }] });
  expect(staging).toMatchObject({ holders: [{ owner }], queue: [{ owner: 'next' }] });
});
