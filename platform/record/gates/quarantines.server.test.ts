import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aPolicy } from '../../../test/support/a-policy.ts';
import { startPostgres, type TestServer } from '../../../test/support/postgres.ts';
import { aRelease, aStoredRelease, batchOf, noPolicy } from '../../../test/support/record-builders.ts';
import type { NoticeInput } from '../../../activities/contract.ts';
import { storePolicy } from '../policies.ts';
import { recordBatch } from '../releases.ts';
import { setQuarantine } from './quarantines.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

test('whoever brought a banned build is told by the name of whoever banned it, and in their words', async () => {
  const { db } = await server.database();
  const release = await aStoredRelease(db, aRelease('shop', '1.4.0'));
  const at = '2026-06-01T10:00:00.000Z';
  const change = {
    ...{ id: 'd1', environment: 'production', service: 'shop', version: '1.4.0', at },
    ...{ mode: 'deploy' as const, status: 'succeeded' as const, exposure: 100 },
  };
  await recordBatch(db, batchOf(release, 1, {}, [change]));
  const [someone] = aPolicy().people;
  const policy = { ...noPolicy, people: [{ ...someone!, id: 'ola', name: 'Ola Nordmann' }] };
  await storePolicy(db, {
    ...{ policy, text: 'gantry: 1', digest: 'named', baseDir: '/', sentences: [] },
    by: { id: 'ola', kind: 'person' },
  });
  await setQuarantine(db, {
    ...{ service: 'shop', version: '1.4.0', reason: 'loses carts at 10:00 UTC' },
    ...{ by: { id: 'ola', kind: 'person' }, at, mailDomain: 'gantry.test' },
  });
  const notices = await db.selectFrom('notices').select(['person', 'occasion']).execute();
  const told = notices.map(({ person, occasion }) => [person, (occasion as NoticeInput | null)?.sentence]);
  expect(told).toEqual([
    [
      'ana',
      'shop 1.4.0, which runs in production, is quarantined by Ola Nordmann: “loses carts at 10:00 UTC”.',
    ],
  ]);
});
