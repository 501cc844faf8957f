import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { CheckSchema, type RunnableCheck } from '../../domain/policy/check.schema.ts';
import type { Store } from '../../platform/database/open.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { insertRelease } from '../../platform/record/releases.ts';
import { readCheckResult, type CheckResultRow } from '../../platform/record/results.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { aRelease, anEvent, noPolicy } from '../../test/support/record-builders.ts';
import { checkResultId } from '../checks/run-check.ts';
import type { CheckInput } from '../contract.ts';
import { createRunnerDesk, type DeskDeps } from './desk.ts';

let server: TestServer;
let store: Store;
const [own, other] = [aRelease('shop', '1.4.0'), aRelease('cart', '2.0.0')];

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  const environments = [
    { id: 'staging', production: false, exclusive: false, runner: 'eu' },
    { id: 'canary', production: true, exclusive: false, runner: 'us' },
    { id: 'production', production: true, exclusive: false },
  ];
  await storePolicy(store.db, {
    ...{ policy: { ...noPolicy, environments }, text: 'gantry: 1', digest: 'd1', baseDir: '/' },
    ...{ by: { id: 'ana', kind: 'person' }, sentences: [] },
  });
  for (const release of [own, other])
    await insertRelease(store.db, { ...release, event: anEvent('created', { action: 'release.created' }) });
}, 60_000);
afterAll(async () => server.stop());

/** What the release `own` asked the runner of staging for. */
const scanOfStaging: CheckInput = {
  ...{ releaseId: own.view.id, environment: 'staging', round: 1, policyDigest: 'd1' },
  component: { service: 'shop', version: '1.4.0' },
  check: CheckSchema.parse({ id: 'scan', kind: 'command', run: ['scan'] }) as RunnableCheck,
};

/** What the runner of staging brings to the release `own`, which had asked it. */
const bring = async (over: Partial<CheckResultRow>, what: CheckInput | 'not said' = scanOfStaging) => {
  const asked = {
    releaseId: own.view.id,
    environment: 'staging',
    service: 'shop',
    checkId: 'scan',
    round: 1,
  };
  const of = { ...asked, ...over };
  const row: CheckResultRow = {
    ...{
      id: checkResultId(of),
      outcome: 'passed',
      summary: 'clean',
      stdout: '',
      stderr: '',
      subject: 'c0ffee',
    },
    ...{ startedAt: '2026-06-01T09:00:00.000Z', endedAt: '2026-06-01T09:00:01.000Z' },
    ...of,
  };
  const { workflowId } = own;
  const here = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'run' } });
  const desk = createRunnerDesk({ store } as unknown as DeskDeps);
  const told = await here.run(async () => desk.recordCheck(row, ...(what === 'not said' ? [] : [what])));
  return { told, kept: await readCheckResult(store.db, row.id) };
};

test('what a runner was asked for is written down', async () => {
  const { told, kept } = await bring({});
  expect(told).toMatchObject({ outcome: 'passed', resultId: kept?.id });
  expect(kept).toMatchObject({ environment: 'staging', outcome: 'passed' });
});

test('of workflow code that does not say what it asked for, what the result itself says is judged', async () => {
  const checkId = 'signatures';
  expect((await bring({ checkId }, 'not said')).kept).toMatchObject({ checkId, outcome: 'passed' });
  const { told, kept } = await bring({ id: 'anything', checkId }, 'not said');
  expect(kept).toBeUndefined();
  expect(told).toMatchObject({ outcome: 'error' });
});

test.each<[string, Partial<CheckResultRow>]>([
  ['another release', { releaseId: other.view.id, service: 'cart' }],
  ['a release that is not there', { releaseId: 'rel_none' }],
  ['an environment that workers look after', { environment: 'production' }],
  ['an environment of another runner', { environment: 'canary' }],
  ['another check', { checkId: 'licences' }],
  ['a round that was not asked for yet', { round: 2 }],
  [
    'something else than its id says',
    { id: [own.view.id, 'production', 'shop', 'check', 'scan', 1].join('+') },
  ],
])('a result for %s, as a stolen credential could bring, counts for nothing', async (_, over) => {
  const { told, kept } = await bring(over);
  expect(told).toMatchObject({ outcome: 'error', summary: expect.stringContaining('not written down') });
  expect(kept).toBeUndefined();
});
