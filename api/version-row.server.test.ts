import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aPolicy } from '../test/support/a-policy.ts';
import { GantryError } from '../platform/errors.ts';
import { lookForAdopted } from './look-for-adopted.ts';
import { versionRow } from './version-row.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gantry-version-'));
  mkdirSync(join(root, 'shop'));
  const who = ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.test'];
  for (const args of [
    ['init', '--quiet'],
    [...who, 'commit', '--quiet', '--allow-empty', '-m', 'first'],
    ['tag', 'v1.0.0'],
  ])
    execFileSync('git', args, { cwd: join(root, 'shop'), stdio: 'ignore' });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ['is there', 'shop', '1.0.0', './shop', []],
  ['has no tag', 'shop', '9.9.9', './shop', ['denied']],
  ['is the name of a tag', 'shop', 'v1.0.0', './shop', ['denied']],
  ['is of a service without a source', 'cart', '9.9.9', './shop', []],
  ['is in a repository that cannot be read', 'shop', '1.0.0', './nosuch', ['waiting']],
])('a version that %s', async (_, service, version, git, kinds) => {
  const policy = aPolicy();
  for (const one of policy.services) if (one.source) one.source = { ...one.source, git };
  const rows = await versionRow({ service, version, policy, baseDir: root, dataDir: join(root, 'data') });
  expect(rows.map(({ kind }) => kind)).toEqual(kinds);
});

test.each<
  [
    string,
    { service: string; version: string; commit?: string; reason?: string },
    string,
    string | RegExp | undefined,
  ]
>([
  ['by its tag', { service: 'shop', version: '1.0.0' }, './shop', undefined],
  ['of a service without a source', { service: 'cart', version: '9.9.9' }, './shop', undefined],
  [
    'in a repository that cannot be read',
    { service: 'shop', version: '1.0.0' },
    './nosuch',
    /could not be looked at/,
  ],
  ['by the name of its tag', { service: 'shop', version: 'v1.0.0' }, './shop', 'VERSION_IS_TAG'],
  [
    'that is not there, by somebody who says how they know',
    { service: 'shop', version: '9.9.9', reason: 'installed by hand in 2019' },
    './shop',
    /is not in its repository/,
  ],
  ['that is not there', { service: 'shop', version: '9.9.9' }, './shop', 'COMMIT_UNKNOWN'],
  [
    'by a commit that is not there',
    { service: 'shop', version: '1.0.0', commit: 'abcdef0' },
    './shop',
    'COMMIT_UNKNOWN',
  ],
])('what is adopted %s', async (_, adopted, git, said) => {
  const policy = aPolicy();
  for (const one of policy.services) if (one.source) one.source = { ...one.source, git };
  const answer = await lookForAdopted(adopted, { policy, baseDir: root, dataDir: join(root, 'data') }).catch(
    (error: unknown) => (error instanceof GantryError ? error.code : String(error)),
  );
  if (said instanceof RegExp) expect(answer).toMatch(said);
  else expect(answer).toBe(said);
});
