import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import request from 'supertest';
import { storePolicy } from '../platform/record/policies.ts';
import { insertRelease } from '../platform/record/releases.ts';
import { apiUnderTest, type ApiUnderTest } from '../test/support/api-app.ts';
import { startPostgres, type TestServer } from '../test/support/postgres.ts';
import { quietRuntime } from '../test/support/quiet-runtime.ts';
import { aRelease, anEvent } from '../test/support/record-builders.ts';
import { aStage, qaRule, ReleaseWorld } from '../test/support/release-world.ts';
import { testServers } from '../test/support/servers.ts';
import { until } from '../test/support/until.ts';
import { temporalEngine } from './engine.ts';
import { stallRound } from './stall-watch.ts';

let postgres: TestServer;
let connection: Connection;
let native: NativeConnection;
let api: ApiUnderTest;
let stop = async (): Promise<void> => undefined;

beforeAll(async () => {
  quietRuntime();
  const { temporalAddress } = testServers();
  postgres = await startPostgres();
  connection = await Connection.connect({ address: temporalAddress });
  native = await NativeConnection.connect({ address: temporalAddress });
  api = await apiUnderTest(await postgres.database(), postgres.dir);
});
afterAll(async () => {
  await stop();
  await native.close();
  await connection.close();
  await postgres.stop();
});

/** The code of all workflows, with a defect in the first sentence that a release says of itself. */
async function codeWithDefect(): Promise<string> {
  const code = await readFile(testServers().workflowBundle, 'utf8');
  const broken = code.replaceAll(
    ' is being planned.`',
    " is being planned.${(() => { throw new Error('a planted defect'); })()}`",
  );
  expect(broken).not.toBe(code);
  return broken;
}

test('row 32: a release whose workflow fails at every try is seen, told once, and goes on after workers without the defect run', async () => {
  const taskQueue = `stalled-${crypto.randomUUID().slice(0, 8)}`;
  const world = new ReleaseWorld(connection, taskQueue);
  world.behaviour.stages = [aStage({ rules: [qaRule] })];
  const work = async (workflowBundle: { code: string } | { codePath: string }) => {
    const worker = await Worker.create({
      ...{ connection: native, taskQueue, workflowBundle, activities: world.activities },
      workflowThreadPoolSize: 1,
    });
    const running = worker.run();
    stop = async () => {
      stop = async () => undefined;
      worker.shutdown();
      await running;
    };
  };
  await work({ code: await codeWithDefect() });
  const handle = await world.start();
  const { db } = api.deps.store;
  const release = aRelease('shop', '1.4.0');
  const digest = 'e'.repeat(64);
  await storePolicy(db, {
    policy: { ...api.policy, organisation: { ...api.policy.organisation, onCall: ['otto'] } },
    ...{ text: '', digest, baseDir: postgres.dir, by: { id: 'ana', kind: 'person' }, sentences: [] },
  });
  const order = { ...release.order, policyDigest: digest };
  const { workflowId } = handle;
  await insertRelease(db, {
    ...{ order, workflowId, view: { ...release.view, workflowId, state: 'gating', policyDigest: digest } },
    event: anEvent('created', { action: 'release.created' }),
  });
  const engine = temporalEngine({ connection, client: new Client({ connection }) });
  const deps = { ...api.deps, engine };
  const bearer = await api.bearer('viewer');
  const get = async (path: string) => request(api.app).get(path).set('authorization', bearer);
  const { id } = release.view;
  const isStalled = async () => {
    await stallRound(deps);
    return (await get(`/v1/releases/${id}`)).body.stalled !== undefined;
  };

  await until('the mark of the engine', isStalled, 20_000);
  await Promise.all([stallRound(deps), stallRound(deps)]); // further looks, of several processes, tell nobody again
  const why = (await get(`/v1/releases/${id}/explain`)).body;
  expect(why).toMatchObject({ word: 'needs a person', next: { command: 'gantry doctor' } });
  expect(why.headline).toMatch(/^shop 1\.4\.0 needs a person: the code of its workflow fails at every try/);
  expect((await get('/metrics')).text).toContain('gantry_releases_stalled 1');
  expect((await get('/v1/releases?open=true')).body.items).toContainEqual(
    expect.objectContaining({ id, stalled: expect.anything() }),
  );
  const mails = await db.selectFrom('notices').select(['person', 'kind']).execute();
  expect(mails).toEqual([{ person: 'otto', kind: 'stalled' }]);

  await stop();
  await work({ codePath: testServers().workflowBundle });
  await world.until((view) => view.stages[0]?.approval?.state === 'open', 'the release to go on');
  await until('the mark to be gone', async () => !(await isStalled()), 20_000);
  expect((await get(`/v1/releases/${id}`)).body.headline).toBe('Asked for.');
  const actions = await db
    .selectFrom('audit_entries')
    .select('action')
    .where('release_id', '=', id)
    .execute();
  expect(actions.map(({ action }) => action)).toEqual([
    ...['release.created', 'release.stalled', 'release.movesAgain'],
  ]);
  expect((await get('/metrics')).text).toContain('gantry_releases_stalled 0');
  await handle.terminate();
});
