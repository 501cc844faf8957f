import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Store } from '../../platform/database/open.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { startPostgres, type TestServer } from '../../test/support/postgres.ts';
import { applyPolicyFile } from './apply-policy-file.ts';

let server: TestServer;
let store: Store;
let file: string;

beforeAll(async () => {
  server = await startPostgres();
  store = await server.database();
  file = join(server.dir, 'gantry.yaml');
}, 60_000);
afterAll(() => server.stop());

const written = (assurance?: string): string =>
  JSON.stringify({
    gantry: 1,
    organisation: { name: 'Acme', zone: 'UTC' },
    people: [
      { id: 'ana', name: 'Ana', email: 'ana@acme.test', roles: ['qa'], access: ['viewer', 'approver'] },
    ],
    environments: [{ id: 'live', production: true }],
    services: [{ id: 'shop', pipeline: 'main' }],
    pipelines: {
      main: [
        {
          environment: 'live',
          approvals: [{ role: 'qa', atLeast: 1, not: [] }],
          ...(assurance === undefined ? {} : { approval: { assurance } }),
          deploy: { kind: 'command', apply: ['true'], undo: ['true'] },
        },
      ],
    },
  });
const levelInForce = async () =>
  (await currentPolicy(store.db))?.policy.pipelines['main']?.[0]?.approval.assurance;

test('where the provider of sign-ins is gone, the same file is not taken for less', async () => {
  await writeFile(file, written());
  expect(await applyPolicyFile(store, file, { hasProvider: true })).toMatchObject({ kind: 'applied' });
  expect(await levelInForce()).toBe('login');

  const start = await applyPolicyFile(store, file, { hasProvider: false });
  expect(start).toMatchObject({ kind: 'refused', isOtherInForce: true });
  expect(start.kind === 'refused' && start.problems[0]).toMatchObject({
    file: 'gantry.yaml',
    path: expect.stringContaining('/pipelines/main/0'),
  });
  expect(await levelInForce()).toBe('login');
});

test('somebody who says so in the file may ask for less', async () => {
  await writeFile(file, written('link'));
  expect(await applyPolicyFile(store, file, { hasProvider: false })).toMatchObject({ kind: 'applied' });
  expect(await levelInForce()).toBe('link');
});
