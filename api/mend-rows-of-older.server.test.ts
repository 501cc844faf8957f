import { expect, test } from '@jest/globals';
import type { DeploymentChange } from '../activities/contract.ts';
import type { CompensationView, ReleaseView } from '../domain/release/release.ts';
import { setQuarantine } from '../platform/record/gates/quarantines.ts';
import { recordBatch } from '../platform/record/releases.ts';
import { apiPerTest } from '../test/support/api-per-test.ts';
import { aRelease, aStoredRelease, batchOf, type StoredRelease } from '../test/support/record-builders.ts';
import { startRelay } from './relay.ts';
import { wakeRound } from './wake-relay.ts';

const api = apiPerTest();

/** What a process does by itself: it ends after its first round. */
const oneRound = async (): Promise<void> => startRelay(api.deps).close();
const rows = async (text: string) => (await api.deps.store.pool.query(text)).rows;
const wholeLog = async () => rows('select * from audit_entries order by seq');
const startedAt = '2026-06-01T10:00:00.000Z';
const endedAt = '2026-06-01T11:00:00.000Z';

/** A release under way in production with these services, each with its undo; ended, where it says so. */
async function underWay(
  version: string,
  undos: Record<string, CompensationView['state'] | undefined>,
  ended?: Partial<ReleaseView>,
): Promise<StoredRelease> {
  const release = await aStoredRelease(api.deps.store.db, aRelease('shop', version));
  const services = Object.keys(undos);
  const changes = services.map((service): DeploymentChange => ({
    ...{ id: `${release.order.releaseId}+production+${service}`, environment: 'production', service },
    ...{ version, mode: 'deploy', status: 'running', exposure: 20, at: startedAt, commit: `c-${version}` },
  }));
  const rollout = services.map((service): ReleaseView['stages'][number]['rollout'][number] => {
    const state = undos[service];
    return {
      ...{ service, version, mode: 'deploy', metrics: [], exposure: 20 },
      steps: [{ weight: 20, state: 'done' }],
      ...(state ? { compensation: { state, attempts: 1, because: '' } } : {}),
    };
  });
  const stage = { environment: 'production', checks: [], verdicts: [], soak: [], rollout };
  const { db } = api.deps.store;
  await recordBatch(
    db,
    batchOf(release, 1, { state: 'deploying', stages: [{ ...stage, state: 'deploying' }] }, changes),
  );
  if (ended)
    await recordBatch(
      db,
      batchOf(release, 2, {
        ended: { at: endedAt, because: 'enough' },
        ...ended,
        stages: [{ ...stage, state: 'ended' }],
      }),
    );
  return release;
}

/** As a process of a version before wrote it: the deployments of a release that ended stay under way. */
const asOfOlder = (release: StoredRelease) =>
  api.deps.store.pool.query(
    `update deployments set status = 'running', ended_at = null where release_id = $1`,
    [release.order.releaseId],
  );

test('what an older worker left under way is over, each by its own undo; releases that go on keep theirs, and the log is as it was', async () => {
  const ended = await underWay(
    '1.5.0',
    { shop: 'left', cart: 'compensated', mail: undefined },
    { state: 'failed', residue: 'partial' },
  );
  await asOfOlder(ended);
  const open = await underWay('1.6.0', { shop: 'pending' });
  const log = await wholeLog();
  await oneRound();
  const deployments = `select service, status, ended_at from deployments where release_id =`;
  expect(await rows(`${deployments} '${ended.order.releaseId}' order by service`)).toEqual([
    { service: 'cart', status: 'failed', ended_at: new Date(endedAt) },
    { service: 'mail', status: 'failed', ended_at: new Date(endedAt) },
    { service: 'shop', status: 'left', ended_at: new Date(endedAt) },
  ]);
  expect(await rows(`${deployments} '${open.order.releaseId}'`)).toEqual([
    { service: 'shop', status: 'running', ended_at: null },
  ]);
  expect(await wholeLog()).toEqual(log);
});

test('a ban that an older process set is on the builds of its moment, and releases that may be one of them hear of it once', async () => {
  const { db } = api.deps.store;
  await underWay('1.4.0', { shop: 'compensated' }, { state: 'rolledBack', residue: 'restored' });
  const ban = await setQuarantine(db, {
    ...{ service: 'shop', version: '1.4.0', reason: 'it corrupts carts' },
    ...{ by: { id: 'ana', kind: 'person' }, at: endedAt, mailDomain: 'acme.test' },
  });
  await api.deps.store.pool.query('update quarantines set builds = null; delete from wakes');
  // Under the same name, but later: it may be the mended one.
  await underWay('1.4.0', { shop: 'pending' });
  await api.deps.store.pool.query(
    `update deployments set started_at = '2026-06-02', commit_id = 'mended' where status = 'running'`,
  );
  const renamed = await underWay('1.4.1', { shop: 'pending' });
  const log = await wholeLog();
  await oneRound();
  await oneRound();
  await wakeRound(api.deps);
  const [kept] = await rows('select builds, revision from quarantines');
  expect(kept).toEqual({ builds: [{ commit: 'c-1.4.0' }], revision: 2 });
  expect(api.engine.signals).toMatchObject([
    {
      ...{ workflowId: renamed.workflowId, name: 'quarantineChanged' },
      input: {
        quarantine: { id: ban.id, builds: [{ commit: 'c-1.4.0' }] },
        ...{ revision: 2, isLifted: false },
      },
    },
  ]);
  expect(await wholeLog()).toEqual(log);
});
