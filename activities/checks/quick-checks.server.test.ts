import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { CheckSchema, type RunnableCheck } from '../../domain/policy/check.schema.ts';
import { newId } from '../../platform/ids.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { readCheckResult } from '../../platform/record/results.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { noPolicy } from '../../test/support/record-builders.ts';
import type { CheckInput, CheckResult } from '../contract.ts';
import { createQuickChecks } from './quick-checks.ts';
import { createRunCheck, resultIdOf } from './run-check.ts';

let database: TestServer;
let store: Awaited<ReturnType<TestServer['database']>>;
const root = mkdtempSync(join(tmpdir(), 'gantry-quick-'));
const digest = 'quick-1';
const open: Server[] = [];

beforeAll(async () => {
  database = await startPostgres();
  store = await database.database();
  const policy = { ...noPolicy, services: [{ id: 'shop', pipeline: 'web', dependsOn: [] }] };
  const by = { id: 'ana', kind: 'person' } as const;
  await storePolicy(store.db, { policy, text: '', digest, baseDir: root, by, sentences: [] });
}, 60_000);
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(async () => {
  rmSync(root, { recursive: true, force: true });
  await database.stop();
});

/** A page that counts who asks for it. */
async function aPage(answer: RequestListener): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  open.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    asked: () => asked,
  };
}

const deps = () => ({ store, dataDir: join(root, 'data'), outgoing: createOutgoing() });
const anInput = (id: string, url: string, over = {}): CheckInput => ({
  releaseId: newId('rel'),
  environment: 'staging',
  component: { service: 'shop', version: '1.4.0' },
  check: CheckSchema.parse({ id, kind: 'http', url, ...over }) as RunnableCheck,
  round: 1,
  policyDigest: digest,
});
const look = (checks: CheckInput[]): Promise<(CheckResult | null)[]> =>
  new MockActivityEnvironment().run(createQuickChecks(deps()), { checks });

test('what answers at once is told and recorded, whether it is good or bad', async () => {
  const good = await aPage((_, response) => response.end('fine'));
  const bad = await aPage((_, response) => response.writeHead(503).end());
  const checks = [anInput('good', good.url), anInput('bad', bad.url)];
  expect(await look(checks)).toMatchObject([
    { outcome: 'passed' },
    { outcome: 'failed', summary: 'answered 503, expected 200' },
  ]);
  expect(await readCheckResult(store.db, resultIdOf(checks[0]!))).toMatchObject({ stdout: 'fine', round: 1 });
  expect(await readCheckResult(store.db, resultIdOf(checks[1]!))).toMatchObject({ outcome: 'failed' });
});

test('what was told is not asked again by a second look, nor by the activity that follows one', async () => {
  const page = await aPage((_, response) => response.end('fine'));
  const input = anInput('good', page.url);
  const [first] = await look([input]);
  expect(await look([input])).toEqual([first]);
  expect(await new MockActivityEnvironment().run(createRunCheck(deps()), input)).toEqual(first);
  expect(page.asked()).toBe(1);
});

test('what does not answer in time leaves nothing behind, and is made by the activity that follows', async () => {
  const answers = [(): void => undefined, (response: Parameters<RequestListener>[1]) => response.end('late')];
  const page = await aPage((_, response) => void answers.shift()?.(response));
  const quick = await aPage((_, response) => response.end('fine'));
  const slow = anInput('slow', page.url);
  expect(await look([slow, anInput('good', quick.url)])).toMatchObject([null, { outcome: 'passed' }]);
  expect(await readCheckResult(store.db, resultIdOf(slow))).toBeUndefined();
  const result = await new MockActivityEnvironment().run(createRunCheck(deps()), slow);
  expect(result).toMatchObject({ outcome: 'passed' });
  expect(page.asked()).toBe(2);
});

test('what cannot be reached now may be reached at another attempt, so a quick look does not tell', async () => {
  const gone = anInput('gone', 'http://127.0.0.1:9/');
  expect(await look([gone])).toEqual([null]);
  expect(await readCheckResult(store.db, resultIdOf(gone))).toBeUndefined();
});

test('a cancelled release stops what it looked at', async () => {
  const environment = new MockActivityEnvironment();
  const page = await aPage(() => environment.cancel());
  const input = anInput('slow', page.url);
  expect(await environment.run(createQuickChecks(deps()), { checks: [input] })).toEqual([null]);
  expect(await readCheckResult(store.db, resultIdOf(input))).toBeUndefined();
});
