import { expect, test } from '@jest/globals';
import type { DeploymentChange } from '../../activities/contract.ts';
import { PolicySchema } from '../../domain/policy/policy.schema.ts';
import type { Intent } from '../../domain/release/state.ts';
import { aRelease, anEvent, aStoredPolicy, batchOf } from '../../test/support/record-builders.ts';
import { storePerTest } from '../../test/support/a-store.ts';
import { whyNotAloneIn } from './alone.ts';
import { goesBackThere } from './goes-back-there.ts';
import { insertRelease, recordBatch } from './releases.ts';
import { adopt } from './running.ts';

const record = storePerTest();
const deploy = { kind: 'command', apply: ['true'], undo: ['true'] };
const policy = PolicySchema.parse({
  gantry: 1,
  organisation: { name: 'Acme', zone: 'UTC' },
  people: [{ id: 'ana', name: 'Ana', email: 'ana@acme.test' }],
  environments: [{ id: 'staging' }, { id: 'production' }],
  services: [{ id: 'shop', pipeline: 'main' }],
  pipelines: {
    main: [
      { environment: 'staging', deploy },
      { environment: 'production', deploy },
    ],
  },
});

/** Deploys versions to staging, one after the other. */
async function inStaging(
  ...all: ({ version: string; intent?: Intent } & Partial<DeploymentChange>)[]
): Promise<void> {
  const policyDigest = await aStoredPolicy(record.db);
  for (const [index, { version, intent = 'deploy', ...how }] of all.entries()) {
    const release = aRelease('shop', version, { policyDigest, intent, attempt: index + 1 });
    await insertRelease(record.db, { ...release, event: anEvent('created') });
    const change: DeploymentChange = {
      ...{ id: `dep_${index}`, environment: 'staging', service: 'shop', version },
      ...{ mode: 'deploy', status: 'succeeded', exposure: 100, at: `2026-06-01T${10 + index}:00:00.000Z` },
      ...how,
    };
    await recordBatch(record.db, batchOf(release, 1, { state: 'succeeded' }, [change]));
  }
}

const alone = async (version: string, intent: Intent = 'deploy'): Promise<string | undefined> => {
  const wanted = { components: [{ service: 'shop', version }], intent, to: 'production' };
  const isBack = await goesBackThere(record.db, wanted, { target: wanted.to });
  return (await whyNotAloneIn(record.db, policy, wanted, { isResolved: false, isBack }))?.['detail'];
};

/** An urgent release passes a stage that runs something newer: there its mode is that of a way back, and nobody meant to go back. */
const urgent = { mode: 'rollback', previousVersion: '1.5.0' } as const;

test('what failed as an urgent fix, past a newer version, has failed on its way forward', async () => {
  await inStaging(
    { version: '1.3.1' },
    { version: '1.5.0' },
    { version: '1.3.1', ...urgent, status: 'failed', exposure: 20 },
  );
  expect(await alone('1.3.1')).toContain('failed or was taken back');
});

test('an urgent fix goes back from nothing: what it passed may still go on alone', async () => {
  await inStaging({ version: '1.4.0' }, { version: '1.5.0' }, { version: '1.3.2', ...urgent });
  expect(await alone('1.4.0')).toBeUndefined();
});

test('what a release has gone back from may go forward no more, and back', async () => {
  const back = { intent: 'rollback', mode: 'rollback', previousVersion: '1.5.0' } as const;
  await inStaging({ version: '1.3.0' }, { version: '1.5.0' }, { version: '1.3.0', ...back });
  expect(await alone('1.5.0')).toContain('a release has gone back from shop 1.5.0');
  expect(await alone('1.3.0')).toBeUndefined();
  const runs = { service: 'shop', environment: 'production', by: { id: 'ana', kind: 'person' as const } };
  await adopt(record.db, { ...runs, version: 'build-7', at: '2026-06-01T14:00:00.000Z' });
  expect(await alone('1.5.0', 'rollback')).toContain('a release has gone back from'); // a word, where nothing shows it
  await adopt(record.db, { ...runs, version: '1.6.0', at: '2026-06-01T15:00:00.000Z' });
  expect(await alone('1.5.0', 'rollback')).toBeUndefined();
});
