import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PolicySchema } from '../../domain/policy/policy.schema.ts';
import type { Store } from '../../platform/database/open.ts';
import { addAbsence } from '../../platform/record/absences.ts';
import { storePolicy } from '../../platform/record/policies.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { insertRelease } from '../../platform/record/releases.ts';
import { aRelease, anEvent } from '../../test/support/record-builders.ts';
import { createPlanRelease } from './plan-release.ts';

let server: TestServer;
let store: Store;
let number = 0;
beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
});
afterAll(() => server.stop());

const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const deploy = { kind: 'command', apply: ['deploy'], undo: ['undo'] };
const policy = PolicySchema.parse({
  gantry: 1,
  organisation: { name: 'Acme' },
  people: [
    { id: 'ana', name: 'Ana', email: 'ana@acme.test', roles: ['qa'] },
    { id: 'ben', name: 'Ben', email: 'ben@acme.test', roles: ['qa'] },
    { id: 'cem', name: 'Cem', email: 'cem@acme.test' },
  ],
  environments: [{ id: 'staging' }, { id: 'production' }],
  services: [{ id: 'shop', pipeline: 'web' }],
  pipelines: {
    web: [
      { environment: 'staging', deploy, observe: { soak: '5d' } },
      { environment: 'production', approvals: [{ role: 'qa', atLeast: 2 }], deploy },
    ],
  },
});

/** What becomes of a release that Cem asks for while Ana is away that long. */
async function planned(away: { from: number; until: number; delegate?: string }, at?: number) {
  const digest = `policy-${away.from}-${away.until}-${at ?? 'now'}`;
  const by = { id: 'ana', kind: 'person' as const };
  await storePolicy(store.db, { policy, text: digest, digest, baseDir: '/', by, sentences: [] });
  await store.db.deleteFrom('absences').execute();
  await addAbsence(store.db, {
    person: 'ana',
    from: hours(away.from),
    until: hours(away.until),
    ...(away.delegate ? { delegate: away.delegate } : {}),
    by,
    at: hours(0),
    requestId: 'r',
  });
  const release = aRelease('shop', `1.${(number += 1)}.0`, {
    policyDigest: digest,
    requestedBy: { id: 'cem', kind: 'person' },
    ...(at === undefined ? {} : { schedule: { at: hours(at) } }),
  });
  const { order } = release;
  await insertRelease(store.db, { ...release, event: anEvent('created') });
  const plan = createPlanRelease({ store, config: { dataDir: server.dir } });
  return (await plan(order)).refused;
}

test('A13: a release whose approvers are away past the deadline is refused when it is planned', async () => {
  expect(await planned({ from: -1, until: 24 * 30, delegate: 'ben' })).toMatchObject({
    code: 'APPROVAL_UNREACHABLE',
    because: expect.stringContaining('production: qa needs 2 people, and only Ben may vote; away: Ana'),
  });
});

test('an absence that ends before people can have decided refuses nothing', async () => {
  expect(await planned({ from: -1, until: 24 * 7 })).toBeUndefined(); // staging soaks five days, then there are three
});

test('a planned start is asked for only shortly before it, so earlier absences do not matter', async () => {
  expect(await planned({ from: -1, until: 24 * 20 }, 24 * 30)).toBeUndefined();
});
