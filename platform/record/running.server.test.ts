import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { DeploymentChange } from '../../activities/contract.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { aRelease, aStoredRelease, batchOf } from '../../test/support/record-builders.ts';
import type { Store } from '../database/open.ts';
import { recordBatch } from './releases.ts';
import { rollbackTargetOf } from '../../domain/gates/rollback-plan/target.ts';
import { endedWell } from './gates/upstream.ts';
import { adopt, runsAt, whatRuns } from './running.ts';

let server: TestServer;
let store: Store;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  store = await server.database();
});

const change = (version: string, rest: Partial<DeploymentChange> = {}): DeploymentChange => ({
  id: `d-${version}`,
  environment: 'production',
  service: 'shop',
  version,
  digest: `digest-${version}`,
  mode: 'deploy',
  status: 'running',
  exposure: 100,
  at: '2026-06-01T10:00:00.000Z',
  ...rest,
});
const runs = () => runsAt(store.db, 'production', 'shop');

test('a canary counts as running from full exposure on, and after a rollback the version before it does', async () => {
  const first = await aStoredRelease(store.db, aRelease('shop', '1.3.0'));
  await recordBatch(store.db, batchOf(first, 1, {}, [change('1.3.0', { status: 'succeeded' })]));
  const second = await aStoredRelease(store.db, aRelease('shop', '1.4.0'));
  const canary = change('1.4.0', {
    previousVersion: '1.3.0',
    exposure: 10,
    at: '2026-06-02T10:00:00.000Z',
  });
  await recordBatch(store.db, batchOf(second, 1, {}, [canary]));
  expect(await runs()).toMatchObject({ version: '1.3.0', since: '2026-06-01T10:00:00.000Z' });
  await recordBatch(store.db, batchOf(second, 2, {}, [{ ...canary, exposure: 100 }]));
  expect(await runs()).toMatchObject({
    version: '1.4.0',
    releaseId: second.order.releaseId,
    how: 'released',
  });
  await recordBatch(
    store.db,
    batchOf(second, 3, {}, [
      { ...canary, exposure: 0, status: 'rolledBack', at: '2026-06-02T11:00:00.000Z' },
    ]),
  );
  expect(await runs()).toMatchObject({
    version: '1.3.0',
    digest: 'digest-1.3.0',
    since: '2026-06-02T11:00:00.000Z',
  });
});

test.each([
  ['a canary was taken back', 10, '1.3.1'],
  ['what had all of the place was taken back', 100, '1.3.0'],
])('where a team has said what runs before %s at %i %%, %s runs', async (_, exposure, version) => {
  const release = await aStoredRelease(store.db);
  await recordBatch(store.db, batchOf(release, 1, {}, [change('1.3.0', { status: 'succeeded' })]));
  const next = change('1.4.0', { previousVersion: '1.3.0', at: '2026-06-02T10:00:00.000Z' });
  await recordBatch(store.db, batchOf(release, 2, {}, [{ ...next, exposure }]));
  await adopt(store.db, {
    ...{ service: 'shop', environment: 'production', version: '1.3.1', at: '2026-06-02T10:30:00.000Z' },
    ...{ by: { id: 'ana', kind: 'person' }, reason: 'changed by hand' },
  });
  const back = { exposure: 0, status: 'rolledBack' as const, at: '2026-06-02T11:00:00.000Z' };
  await recordBatch(store.db, batchOf(release, 3, {}, [{ ...next, ...back }]));
  expect(await runs()).toMatchObject({ version });
});

test('a rollback in the middle of a canary leaves what runs as it was', async () => {
  const release = await aStoredRelease(store.db);
  await recordBatch(store.db, batchOf(release, 1, {}, [change('1.3.0', { status: 'succeeded' })]));
  await recordBatch(
    store.db,
    batchOf(release, 2, {}, [change('1.4.0', { previousVersion: '1.3.0', exposure: 10 })]),
  );
  await recordBatch(
    store.db,
    batchOf(release, 3, {}, [
      change('1.4.0', {
        previousVersion: '1.3.0',
        exposure: 0,
        status: 'rolledBack',
        at: '2026-06-03T10:00:00.000Z',
      }),
    ]),
  );
  expect(await runs()).toMatchObject({ version: '1.3.0', since: '2026-06-01T10:00:00.000Z' });
});

test('a first deployment that is rolled back leaves nothing running', async () => {
  const release = await aStoredRelease(store.db);
  await recordBatch(store.db, batchOf(release, 1, {}, [change('1.4.0')]));
  await recordBatch(
    store.db,
    batchOf(release, 2, {}, [change('1.4.0', { exposure: 0, status: 'rolledBack' })]),
  );
  expect(await whatRuns(store.db)).toEqual([]);
});

test('a deployment that ends after another took over does not come back', async () => {
  const release = await aStoredRelease(store.db);
  await recordBatch(store.db, batchOf(release, 1, {}, [change('1.3.0')]));
  await recordBatch(store.db, batchOf(release, 2, {}, [change('1.4.0', { previousVersion: '1.3.0' })]));
  await recordBatch(store.db, batchOf(release, 3, {}, [change('1.3.0', { status: 'succeeded' })]));
  expect(await runs()).toMatchObject({ version: '1.4.0' });
});

test('what a release put there is adopted over only with a reason', async () => {
  const release = await aStoredRelease(store.db);
  await recordBatch(store.db, batchOf(release, 1, {}, [change('1.4.0', { status: 'succeeded' })]));
  const word = {
    service: 'shop',
    version: '1.3.0',
    environment: 'production',
    by: { id: 'ana', kind: 'person' } as const,
    at: '2026-06-05T09:00:00.000Z',
  };
  await expect(adopt(store.db, word)).rejects.toMatchObject({ code: 'ADOPTION_NEEDS_REASON' });
  expect(await runs()).toMatchObject({ version: '1.4.0', how: 'released' });
  await adopt(store.db, { ...word, reason: 'It was put back by hand.' });
  expect(await runs()).toMatchObject({ version: '1.3.0', how: 'adopted' });
});

test('an adopted version runs, can be rolled back to, and is in the log once', async () => {
  const word = {
    service: 'shop',
    version: '1.2.0',
    environment: 'production',
    by: { id: 'ana', kind: 'person' } as const,
    at: '2026-05-01T09:00:00.000Z',
  };
  await adopt(store.db, word);
  await adopt(store.db, word);
  expect(await runs()).toEqual({
    environment: 'production',
    service: 'shop',
    version: '1.2.0',
    since: word.at,
    how: 'adopted',
  });
  const release = await aStoredRelease(store.db);
  await recordBatch(
    store.db,
    batchOf(release, 1, {}, [
      change('1.3.0', { status: 'rolledBack', exposure: 0 }),
      change('1.4.0', { status: 'succeeded' }),
    ]),
  );
  const target = async (environment: string) =>
    rollbackTargetOf(
      { service: 'shop', version: '1.4.0' },
      await endedWell(store.db, environment, 'shop'),
      [],
    );
  expect(await target('production')).toMatchObject({ version: '1.2.0' });
  expect(await target('staging')).toBeUndefined();
  const { rows } = await store.pool.query(`select 1 from audit_entries where action = 'service.adopted'`);
  expect(rows).toHaveLength(1);
});
