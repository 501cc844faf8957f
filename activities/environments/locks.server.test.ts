import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import type { Store } from '../../platform/database/open.ts';
import { environmentLocks, writeEnvironment } from '../../platform/record/environment-locks.ts';
import { skipTime } from '../../platform/temporal/skip-time.ts';
import { noteWorker } from '../../platform/record/worker-heartbeats.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { quietRuntime } from '../../test/support/quiet-runtime.ts';
import { testServers } from '../../test/support/servers.ts';
import { until } from '../../test/support/until.ts';
import { environmentWorkflow, environmentWorkflowId, type LockRequest } from '../../workflows/contract.ts';
import { lockRows } from './lock-rows.ts';
import { createLocks } from './locks.ts';

let postgres: TestServer;
let store: Store;
let client: Client;
let connection: Connection;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;
let environment: string;
const queue = `locks-${crypto.randomUUID()}`;

const locksOf = (taskQueue: string) =>
  createLocks(client, {
    rows: lockRows(store.db),
    queue: taskQueue,
    aftermathMs: 0,
    writeRow: async (row) => writeEnvironment(store.db, row),
  });
const activity = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
const call = async <Input, Answer>(work: (input: Input) => Promise<Answer>, input: Input): Promise<Answer> =>
  activity.run(work, input);

beforeAll(async () => {
  quietRuntime();
  const { temporalAddress, workflowBundle } = testServers();
  postgres = await startPostgres();
  store = await postgres.database();
  connection = await Connection.connect({ address: temporalAddress });
  client = new Client({ connection });
  native = await NativeConnection.connect({ address: temporalAddress });
  worker = await Worker.create({
    ...{ connection: native, taskQueue: queue, workflowBundle: { codePath: workflowBundle } },
    activities: {
      ...locksOf(queue),
      recordEnvironment: async (row: never) => writeEnvironment(store.db, row),
    },
  });
  running = worker.run();
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await native.close();
  await connection.close();
  await postgres.stop();
});

afterEach(async () => {
  await store.db.deleteFrom('worker_heartbeats').execute();
  await client.workflow
    .getHandle(environmentWorkflowId(environment))
    .terminate()
    .catch(() => undefined);
});

const aRequest = (name: string): LockRequest => ({
  ...{ owner: `release/${name}/${environment}`, releaseId: `rel_${name}`, title: `shop ${name}` },
  ...{ keys: ['*'], classRank: 2, requestedAt: new Date().toISOString() },
});
/** A request of a workflow that runs, and answers nobody. */
const ofOneThatRuns = async (name: string): Promise<LockRequest> => {
  const request = aRequest(name);
  await client.workflow.start(environmentWorkflow, {
    ...{ workflowId: request.owner, taskQueue: `nobody-polls-${environment}` },
    args: [{ environment: 'none', version: 3 }],
  });
  return request;
};
/** When whoever keeps the queue looks at all owners again. */
const aMinuteLater = async () => skipTime(connection, environmentWorkflowId(environment), 61_000);
const kept = async () => (await environmentLocks(store.db)).find((row) => row.environment === environment);
const entityRuns = async () =>
  client.workflow
    .getHandle(environmentWorkflowId(environment))
    .describe()
    .then(
      ({ status }) => status.name === 'RUNNING',
      () => false,
    );
const setUp = () => {
  environment = `production-${crypto.randomUUID()}`;
  return locksOf(queue);
};

test('an environment that nobody wants is a row alone: no workflow is started for it', async () => {
  const { enqueueLock, freeLock } = setUp();
  const first = aRequest('1.4.0');
  expect(await call(enqueueLock, { environment, request: first })).toEqual({
    position: 0,
    grant: { environment, fence: 1 },
  });
  expect(await call(enqueueLock, { environment, request: first })).toMatchObject({ grant: { fence: 1 } });
  await call(freeLock, { environment, owner: first.owner });
  expect(await kept()).toMatchObject({ holders: [], queue: [] });
  const second = await call(enqueueLock, { environment, request: aRequest('1.5.0') });
  expect(second).toMatchObject({ grant: { fence: 2 } });
  expect(await entityRuns()).toBe(false);
});

test('of twenty who ask at once one has it, and nineteen wait', async () => {
  const { enqueueLock } = setUp();
  const all = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => ofOneThatRuns(`1.4.${index}`)),
  );
  const places = await Promise.all(all.map(async (request) => call(enqueueLock, { environment, request })));
  expect(places.filter(({ grant }) => grant)).toHaveLength(1);
  const { holders, queue: waiting } = (await kept()) ?? {};
  expect([holders?.length, waiting?.length]).toEqual([1, 19]);
  for (const { owner } of all) await client.workflow.getHandle(owner).terminate();
  await aMinuteLater();
  await until('the queue to end', async () => !(await entityRuns()));
  expect(await kept()).toMatchObject({ holders: [], queue: [] });
});

describe('an environment that its workflow has kept before', () => {
  const keepBefore = async () => {
    const locks = setUp();
    await noteWorker(store.db, 'old', { version: 4 });
    return locks;
  };

  test('stays with it as long as a worker runs that asks it', async () => {
    const { enqueueLock } = await keepBefore();
    const request = aRequest('1.4.0');
    expect(await call(enqueueLock, { environment, request })).toMatchObject({ grant: { fence: 1 } });
    expect(await entityRuns()).toBe(true);
    expect(await kept()).toMatchObject({ holders: [{ owner: request.owner }] });
  });

  test('stays with it as long as somebody holds it; then the record takes over, and fences go on', async () => {
    const { enqueueLock, freeLock } = await keepBefore();
    const first = aRequest('1.4.0');
    await call(enqueueLock, { environment, request: first });
    await store.db.deleteFrom('worker_heartbeats').execute();
    await noteWorker(store.db, 'new');
    const second = aRequest('1.5.0');
    expect(await call(enqueueLock, { environment, request: second })).toMatchObject({
      position: 1,
      holder: { title: 'shop 1.4.0' },
    });
    expect(await entityRuns()).toBe(true);
    await call(freeLock, { environment, owner: second.owner });
    await call(freeLock, { environment, owner: first.owner });
    const third = await call(enqueueLock, { environment, request: aRequest('1.6.0') });
    expect(third.grant?.fence).toBeGreaterThan(1);
    expect(await entityRuns()).toBe(false);
    expect(await kept()).toMatchObject({ holders: [{ title: 'shop 1.6.0' }] });
  });

  test('is taken over once, however many ask at that moment', async () => {
    const { enqueueLock, freeLock } = await keepBefore();
    const first = aRequest('1.4.0');
    await call(enqueueLock, { environment, request: first });
    await call(freeLock, { environment, owner: first.owner });
    await store.db.deleteFrom('worker_heartbeats').execute();
    const places = await Promise.all(
      Array.from({ length: 30 }, async (_, index) =>
        call(enqueueLock, { environment, request: await ofOneThatRuns(`1.5.${index}`) }),
      ),
    );
    expect(places.filter(({ grant }) => grant)).toHaveLength(1);
  });
});

test('a request ends with its activity, though no worker is there to answer for the workflow that keeps the locks', async () => {
  setUp();
  await noteWorker(store.db, 'old', { version: 4 });
  const { enqueueLock } = locksOf(`nobody-polls-${environment}`);
  const asking = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
  const answer = asking.run(enqueueLock, { environment, request: aRequest('1.4.0') });
  // The engine has taken the request: what is cancelled is the wait for its answer.
  await until('the entity to be there', entityRuns);
  asking.cancel('WORKER_SHUTDOWN');
  await expect(answer).rejects.toMatchObject({ name: 'WorkflowUpdateRPCTimeoutOrCancelledError' });
});

test('an old entity that is left over, as from a backup, goes on as the queue once somebody waits', async () => {
  const { enqueueLock } = setUp();
  const holder = await ofOneThatRuns('1.4.0');
  await call(enqueueLock, { environment, request: holder });
  await client.workflow.start(environmentWorkflow, {
    ...{ workflowId: environmentWorkflowId(environment), taskQueue: queue },
    args: [{ environment, version: 2, holders: [], queue: [], fence: 3, revision: 1 }],
  });
  await call(enqueueLock, { environment, request: await ofOneThatRuns('1.5.0') });
  await client.workflow.getHandle(holder.owner).terminate();
  await aMinuteLater();
  await until('the turn of who waits', async () => (await kept())?.holders[0]?.title === 'shop 1.5.0');
});

test('a queue that ends is followed by another as soon as somebody waits again', async () => {
  const { enqueueLock } = setUp();
  const holder = await ofOneThatRuns('1.4.0');
  await call(enqueueLock, { environment, request: holder });
  const waits = await call(enqueueLock, { environment, request: aRequest('1.5.0') });
  expect(waits).toMatchObject({ position: 1, lastFence: 1 });
  await until('the queue to end, as who waited is gone', async () => !(await entityRuns()));
  expect(await kept()).toMatchObject({ holders: [{ title: 'shop 1.4.0' }], queue: [] });
  await call(enqueueLock, { environment, request: aRequest('1.6.0') });
  await client.workflow.getHandle(holder.owner).terminate();
  await call(enqueueLock, { environment, request: aRequest('1.7.0') });
  await until('all of them to be found closed', async () => (await kept())?.holders.length === 0);
});
