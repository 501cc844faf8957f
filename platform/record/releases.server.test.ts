import { afterAll, beforeAll, beforeEach, expect, test, jest } from '@jest/globals';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import {
  aRelease,
  anEvent,
  aStoredPolicy,
  aStoredRelease,
  batchOf,
  noPolicy,
} from '../../test/support/record-builders.ts';
import type { Store } from '../database/open.ts';
import { noticesOf } from './notices.ts';
import { currentPolicy, policyByDigest, storePolicy } from './policies.ts';
import {
  attemptsOf,
  notStarted,
  findRelease,
  insertRelease,
  listReleases,
  markStarted,
  openReleases,
  readOrder,
  readRelease,
  recordBatch,
  timeline,
} from './releases.ts';
import { forgetWorker, lastWorker, noteWorker, versionsOfWorkers } from './worker-heartbeats.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.database();
});

test('a second request under the same workflow id is told that the release is open, and leaves nothing', async () => {
  const first = await aStoredRelease(store.db);
  const second = aRelease();
  const insert = insertRelease(store.db, {
    ...second,
    workflowId: first.workflowId,
    event: anEvent('created'),
  });
  await expect(insert).rejects.toMatchObject({ code: 'RELEASE_OPEN' });
  expect(await timeline(store.db, second.order.releaseId, { limit: 5 })).toEqual([]);
});

test('a second request under the same id is told so, and leaves nothing, however close behind the first it comes', async () => {
  const policyDigest = await aStoredPolicy(store.db);
  const first = aRelease('shop', '7.0.0', { policyDigest });
  const second = aRelease('cart', '7.0.0', { policyDigest });
  const order = { ...second.order, releaseId: first.order.releaseId };
  const ofBoth = await Promise.allSettled(
    [first, { ...second, order, view: { ...second.view, id: order.releaseId } }].map(async (one) =>
      insertRelease(store.db, { ...one, event: anEvent('created') }),
    ),
  );
  const refused = ofBoth.filter((one) => one.status === 'rejected');
  expect(refused).toMatchObject([{ reason: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
  expect(await timeline(store.db, order.releaseId, { limit: 5 })).toHaveLength(1);
});

test('a batch that comes twice or late puts no older view over a newer one', async () => {
  const release = await aStoredRelease(store.db);
  const id = release.order.releaseId;
  expect(await recordBatch(store.db, batchOf(release, 1, { state: 'planned' }))).toEqual({
    recorded: 1,
    calendarRevision: 0,
    left: [],
    ordered: [],
  });
  expect(await recordBatch(store.db, batchOf(release, 2, { state: 'gating', headline: 'Waits.' }))).toEqual({
    recorded: 1,
    calendarRevision: 0,
    left: [],
    ordered: [],
  });
  expect(await recordBatch(store.db, batchOf(release, 1, { state: 'planned' }))).toEqual({
    recorded: 0,
    left: [],
    ordered: [],
  });
  expect(await readRelease(store.db, id)).toMatchObject({ state: 'gating', headline: 'Waits.', seq: 2 });
  expect((await timeline(store.db, id, { after: 1, limit: 5 })).map((entry) => entry.seq)).toEqual([2, 3]);
});

test('whoever was told of a delay is told that it is lifted, once, but for whoever lifted it', async () => {
  const { db } = store;
  const stored = await aStoredRelease(db);
  const { view } = stored;
  const delayed = {
    ...{ occasion: 'postponed/1', kind: 'postponed' as const, releaseId: view.id, sentence: 'It waits.' },
    to: ['ana', 'ben', 'cem'],
  };
  await recordBatch(db, { ...batchOf(stored, 2), notices: [delayed] }, 'gantry.test');
  const lifted = anEvent('3', {
    ...{ action: 'release.postponementLifted', sentence: 'ana lifted the postponement of shop 1.4.0.' },
    actor: { id: 'tok_1', kind: 'token', person: 'ana' },
  });
  const batch = { ...batchOf(stored, 3), events: [lifted] };
  await recordBatch(db, batch, 'gantry.test');
  await recordBatch(db, batch, 'gantry.test');
  const mails = (await noticesOf(db, view.id)).filter(({ kind }) => kind === 'delayLifted');
  expect(mails.map(({ person }) => person)).toEqual(['ben', 'cem']);
});

test('an ended release keeps its outcome, whatever is written later', async () => {
  const release = await aStoredRelease(store.db);
  await recordBatch(
    store.db,
    batchOf(release, 1, {
      state: 'succeeded',
      ended: { at: '2026-06-01T10:00:00.000Z', because: 'Done.' },
    }),
  );
  await expect(recordBatch(store.db, batchOf(release, 2, { state: 'failed' }))).rejects.toThrow(
    'has ended as succeeded',
  );
  expect(await openReleases(store.db)).toEqual([]);
  expect(await timeline(store.db, release.order.releaseId, { limit: 5 })).toHaveLength(2);
});

test('a release whose workflow was never started is found until it is', async () => {
  const { order, workflowId } = await aStoredRelease(store.db);
  expect(await notStarted(store.db, { limit: 10, without: [] })).toMatchObject([
    { order, view: { workflowId } },
  ]);
  expect(await readOrder(store.db, order.releaseId)).toMatchObject({ workflowId, started: false });
  await markStarted(store.db, order.releaseId, '2026-06-01T09:00:01.000Z');
  expect(await notStarted(store.db, { limit: 10, without: [] })).toEqual([]);
  expect(await readOrder(store.db, order.releaseId)).toMatchObject({ started: true });
});

test('people find a release by its id, a beginning of it, or by service and version', async () => {
  const old = await aStoredRelease(store.db, aRelease('shop', '1.4.0'));
  const newer = await aStoredRelease(
    store.db,
    aRelease('shop', '1.4.0', { attempt: 2, createdAt: '2026-06-02T09:00:00.000Z' }),
  );
  const id = old.order.releaseId;
  expect(await findRelease(store.db, id)).toMatchObject({ kind: 'one', view: { id } });
  expect(await findRelease(store.db, 'shop@1.4.0')).toMatchObject({
    kind: 'one',
    view: { id: newer.order.releaseId },
  });
  expect(await findRelease(store.db, 'shop@9.9.9')).toEqual({ kind: 'none' });
  expect(await findRelease(store.db, id.slice(4, -1))).toMatchObject({ kind: 'one', view: { id } });
  expect(await findRelease(store.db, 'rel_')).toMatchObject({
    kind: 'many',
    candidates: [{ title: 'shop 1.4.0' }, {}],
  });
  expect(await findRelease(store.db, '%')).toEqual({ kind: 'none' });
});

test('lists page from newest to oldest without losing or repeating one', async () => {
  for (let day = 1; day <= 5; day += 1)
    await aStoredRelease(
      store.db,
      aRelease(day % 2 ? 'shop' : 'cart', `1.${day}.0`, {
        createdAt: `2026-06-0${Math.ceil(day / 2)}T09:00:00.000Z`,
      }),
    );
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listReleases(store.db, { limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map((view) => view.id));
    cursor = page.next;
  } while (cursor);
  expect(new Set(seen).size).toBe(5);
  expect((await listReleases(store.db, { limit: 9, service: 'cart', open: true })).items).toHaveLength(2);
  expect((await listReleases(store.db, { limit: 9, state: ['succeeded'] })).items).toEqual([]);
  expect(
    (await listReleases(store.db, { limit: 9, from: '2026-06-02T00:00:00Z', to: '2026-06-03T00:00:00Z' }))
      .items,
  ).toHaveLength(2);
  await expect(listReleases(store.db, { limit: 1, cursor: 'forged' })).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
  });
});

test('attempts count the same set of versions, in whatever order it is named', async () => {
  const components = [
    { service: 'shop', version: '1.4.0' },
    { service: 'cart', version: '2.0.0' },
  ];
  const both = await aStoredRelease(store.db, aRelease('shop', '1.4.0', { components, attempt: 3 }));
  expect(await attemptsOf(store.db, [...components].reverse())).toMatchObject({
    attempts: 3,
    open: { id: both.order.releaseId },
  });
  expect(await attemptsOf(store.db, components.slice(1))).toEqual({ attempts: 0 });
});

test('a policy in force is applied once; going back to an earlier one is a change', async () => {
  await aStoredPolicy(store.db, 'one');
  const again = {
    policy: noPolicy,
    text: 'gantry: 1 # comment',
    digest: 'one',
    baseDir: '/srv',
    by: { id: 'sam', kind: 'person' } as const,
    sentences: [],
  };
  expect(await storePolicy(store.db, again)).toEqual({ changed: false, trains: [] });
  await aStoredPolicy(store.db, 'two');
  expect(await storePolicy(store.db, { ...again, editedBy: 'eve' })).toEqual({ changed: true, trains: [] });
  expect(await currentPolicy(store.db)).toMatchObject({
    digest: 'one',
    appliedBy: 'sam',
    editedBy: 'eve',
    baseDir: '/srv',
  });
  expect(await policyByDigest(store.db, 'two')).toMatchObject({ digest: 'two', appliedBy: 'ana' });
  const { rows } = await store.pool.query(
    `select key from audit_entries where action = 'policy.applied' order by seq`,
  );
  expect(rows).toHaveLength(3);
});

/** As if so much time had passed since all workers were seen. */
const silentFor = async (time: string) =>
  store.pool.query('update worker_heartbeats set seen_at = seen_at - $1::interval', [time]);

test('what a worker knows counts until it is stopped, or was silent for five minutes', async () => {
  await store.db
    .insertInto('worker_heartbeats')
    .values({ identity: 'of before', seen_at: new Date(Date.now() - 120_000) })
    .execute();
  await noteWorker(store.db, 'old', { version: 2 });
  await noteWorker(store.db, 'new', { version: 3 });
  expect((await versionsOfWorkers(store.db)).sort()).toEqual([2, 3, null]);
  await silentFor('4 minutes');
  expect((await versionsOfWorkers(store.db)).sort()).toEqual([2, 3]);
  await forgetWorker(store.db, 'old');
  expect(await versionsOfWorkers(store.db)).toEqual([3]);
  await silentFor('2 minutes');
  expect(await versionsOfWorkers(store.db)).toEqual([]);
  expect(await lastWorker(store.db, 60_000)).toMatchObject({ isThere: false });
});

test.each([-1, 1])('a worker whose clock is %s h off is living as long as it says so', async (hours) => {
  const others = [
    'setTimeout',
    'setInterval',
    'setImmediate',
    'nextTick',
    'queueMicrotask',
    'hrtime',
    'performance',
  ] as const;
  jest.useFakeTimers({
    now: Date.now() + hours * 3_600_000,
    doNotFake: [...others, 'clearTimeout', 'clearInterval', 'clearImmediate'],
  });
  try {
    await noteWorker(store.db, 'off', { version: 4 });
  } finally {
    jest.useRealTimers();
  }
  expect(await versionsOfWorkers(store.db)).toEqual([4]);
  expect(await lastWorker(store.db, 60_000)).toMatchObject({ isThere: true });
  await silentFor('6 minutes');
  expect(await versionsOfWorkers(store.db)).toEqual([]);
  await forgetWorker(store.db, 'off');
});
