import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import request from 'supertest';
import { GantryError } from '../platform/errors.ts';
import { currentPolicy } from '../platform/record/policies.ts';
import { attemptsOf, insertRelease, readOrder } from '../platform/record/releases.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { aRelease, anEvent, type StoredRelease } from '../test/support/record-builders.ts';
import { testServers } from '../test/support/servers.ts';
import { releaseWorkflow, taskQueue } from '../workflows/contract.ts';
import { temporalEngine } from './engine.ts';
import { relayRound } from './relay.ts';
import { startRelease } from './start-release.ts';
import { agreementRound, disagreementOf } from './watch-agreement.ts';

// No worker runs here: what a workflow was started for stands in Temporal without one.
const api = apiPerTest();
let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: testServers().temporalAddress });
  client = new Client({ connection });
});
afterAll(async () => connection.close());

let number = 0;
/** An order in the record, of a version that no other test has; Temporal is the real one. */
async function ordered(over: Partial<StoredRelease['order']> = {}) {
  const { db } = api.deps.store;
  const policyDigest = (await currentPolicy(db))?.digest ?? '';
  const version = `3.${(number += 1)}.${Date.now()}`;
  const release = aRelease('shop', version, {
    ...{ policyDigest, createdAt: '2026-06-01T09:00:00.000Z', ...over },
  });
  await insertRelease(db, { ...release, event: anEvent('created', { action: 'release.created' }) });
  const deps = { ...api.deps, engine: temporalEngine({ connection, client }) };
  const start = () => startRelease(deps, release.order, release.view);
  const isStarted = async () => (await readOrder(db, release.order.releaseId))?.started;
  return { ...release, deps, start, isStarted };
}
const runsAlready = (workflowId: string, input: unknown) =>
  client.workflow.start(releaseWorkflow, { workflowId, taskQueue, args: [input] });

test('starting the same order again stays at its run, while that runs and once it has ended', async () => {
  const { start, workflowId, isStarted } = await ordered();
  await Promise.all([start(), start()]);
  expect(await isStarted()).toBe(true);
  const run = client.workflow.getHandle(workflowId);
  const { runId } = await run.describe();
  await run.terminate('as a restore would find it');
  await start();
  expect((await run.describe()).runId).toBe(runId);
});

test.each<[string, (order: StoredRelease['order']) => unknown, string]>([
  [
    'another release',
    (order) => ({ ...order, releaseId: 'rel_of_before' }),
    'of another release (rel_of_before',
  ],
  [
    'an earlier order of the same id',
    (order) => ({ ...order, createdAt: '2026-05-01T09:00:00.000Z' }),
    'asked for at Fri 1 May 09:00 UTC',
  ],
  ['nobody knows what', () => 'something', 'nobody can tell what it was started for'],
])('a run of %s under the same workflow id is not taken for this order', async (_, input, words) => {
  const { start, workflowId, order, isStarted } = await ordered();
  const run = await runsAlready(workflowId, input(order));
  await expect(start()).rejects.toMatchObject({
    code: 'ENGINE_DISAGREES',
    problem: {
      detail: expect.stringContaining(words),
      remedy: expect.stringContaining('gantry release close'),
    },
  });
  await run.terminate('nobody knows it');
  await expect(start()).rejects.toMatchObject({ code: 'ENGINE_DISAGREES' }); // its id stays taken
  expect(await isStarted()).toBe(false);
});

test('whoever asks for a version that Temporal runs for something else is refused, also when asking again; the relay goes on with others', async () => {
  const version = `4.0.${Date.now()}`;
  const { db } = api.deps.store;
  Object.assign(api.engine, temporalEngine({ connection, client }));
  const run = await runsAlready(`release/shop/${version}`, {
    releaseId: 'rel_of_before',
    createdAt: '2026-05-01T09:00:00.000Z',
  });
  const bearer = await api.bearer('releaser');
  const post = async () =>
    request(api.app)
      .post('/v1/releases')
      .set('Authorization', bearer)
      .set('Idempotency-Key', 'once')
      .send({ components: [{ service: 'shop', version }] });
  for (const answer of [await post(), await post()]) {
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      ...{ code: 'ENGINE_DISAGREES', changed: true },
      detail: expect.stringMatching(/rel_of_before.* is recorded and not started/),
    });
  }
  const { open } = await attemptsOf(db, [{ service: 'shop', version }]);
  expect(open?.state).toBe('draft');
  // what is older than the grace of a request is the relay's
  await db.updateTable('releases').set({ created_at: '2026-06-01T09:00:00.000Z' }).execute();
  const later = await ordered();
  await db
    .updateTable('releases')
    .set({ created_at: '2026-06-01T10:00:00.000Z' })
    .where('id', '=', later.order.releaseId)
    .execute();
  expect(await relayRound(api.deps)).toMatchObject({ started: 1 });
  expect(await later.isStarted()).toBe(true);
  await run.terminate('nobody knows it');
  await agreementRound(api.deps);
  expect(disagreementOf(api.deps)?.problem.detail).toContain('cannot be started');
  await client.workflow.getHandle(later.workflowId).terminate();
});

test('twenty releases whose workflow ids are taken keep no later one from its start', async () => {
  const { db } = api.deps.store;
  const taken = new Set<string>();
  let last = '';
  for (let n = 0; n < 21; n += 1) {
    const { order, workflowId } = await ordered();
    const created_at = new Date(Date.parse('2026-06-01T09:00:00.000Z') + n * 1_000);
    await db.updateTable('releases').set({ created_at }).where('id', '=', order.releaseId).execute();
    if (n < 20) taken.add(workflowId);
    last = order.releaseId;
  }
  const start = async ({ workflowId }: { workflowId: string }): Promise<void> => {
    if (taken.has(workflowId)) throw new GantryError('ENGINE_DISAGREES', { detail: 'it is taken' });
    return Promise.resolve();
  };
  const deps = { ...api.deps, engine: { ...api.engine, start } };
  expect(await relayRound(deps)).toMatchObject({ started: 0 });
  expect(await relayRound(deps)).toMatchObject({ started: 1 });
  expect((await readOrder(db, last))?.started).toBe(true);
});
