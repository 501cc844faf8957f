import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Store } from '../../platform/database/open.ts';
import { readPolicy } from '../../platform/policy/read-policy.ts';
import { createToken } from '../../platform/record/tokens.ts';
import { currentPolicy, storePolicy } from '../../platform/record/policies.ts';
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

describe('who edited the policy last', () => {
  const editorInForce = async () => (await currentPolicy(store.db))?.editedBy;
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.test', ...words], {
      cwd: server.dir,
      stdio: 'ignore',
    });
  /** As `gantry policy apply` does over the API, for a person. */
  const appliedBy = async (editedBy: string, text: string) => {
    const { policy, digest } = readPolicy(text, 'gantry.yaml', { hasProvider: false });
    if (!policy || digest === undefined) throw new Error('the policy of this test has a mistake');
    const by = { id: editedBy, kind: 'person' as const };
    await storePolicy(store.db, { policy, text, digest, baseDir: server.dir, by, editedBy, sentences: [] });
  };

  test('is kept over restarts where the file is not committed, also after another policy was in force', async () => {
    await writeFile(file, written('link+code'));
    await appliedBy('ana', written('link+code'));
    expect(await applyPolicyFile(store, file, { hasProvider: false })).toEqual({ kind: 'unchanged' });
    expect(await editorInForce()).toBe('ana');

    await writeFile(file, written('link'));
    await applyPolicyFile(store, file, { hasProvider: false });
    expect(await editorInForce()).toBeUndefined();
    await writeFile(file, written('link+code'));
    expect(await applyPolicyFile(store, file, { hasProvider: false })).toMatchObject({ kind: 'applied' });
    expect(await editorInForce()).toBe('ana');
  });

  test('is kept where the same words mean another policy, since a provider has come', async () => {
    await writeFile(file, written());
    await appliedBy('ana', written());
    expect(await applyPolicyFile(store, file, { hasProvider: true })).toMatchObject({ kind: 'applied' });
    expect(await editorInForce()).toBe('ana');
  });

  test('is kept together with who made the token that it was applied with', async () => {
    const made = { name: 'ci', owner: 'ben', access: ['admin' as const], at: new Date().toISOString() };
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { token } = await createToken(store.db, { ...made, by: { id: 'ana', kind: 'person' }, expiresAt });
    const text = written().replace('"Acme"', '"Acme with a token"');
    const { policy, digest } = readPolicy(text, 'gantry.yaml', { hasProvider: false });
    if (!policy || digest === undefined) throw new Error('the policy of this test has a mistake');
    const by = { id: token.id, kind: 'token' as const, person: 'ben' };
    const applied = { policy, text, digest, baseDir: server.dir, by, editedBy: 'ben', sentences: [] };
    await storePolicy(store.db, applied);
    await writeFile(file, text);
    expect(await applyPolicyFile(store, file, { hasProvider: true })).toMatchObject({ kind: 'applied' });
    expect(await currentPolicy(store.db)).toMatchObject({ editedBy: 'ben', editTokenMaker: 'ana' });
  });

  test('is the last author in Git where the file is as committed, and not where somebody has changed it since', async () => {
    git('init', '--quiet');
    await writeFile(file, written('link'));
    git('add', 'gantry.yaml');
    git('commit', '--quiet', '-m', 'ask for less');
    await applyPolicyFile(store, file, { hasProvider: false });
    expect(await editorInForce()).toBe('ana');

    const changed = written('link').replace('"Acme"', '"Acme again"');
    await appliedBy('ben', changed);
    await applyPolicyFile(store, file, { hasProvider: false });
    await writeFile(file, changed);
    await applyPolicyFile(store, file, { hasProvider: false });
    expect(await editorInForce()).toBe('ben');
  });
});
