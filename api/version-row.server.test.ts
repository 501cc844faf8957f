import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aPolicy } from '../test/support/a-policy.ts';
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
  ['is of a service without a source', 'cart', '9.9.9', './shop', []],
  ['is in a repository that cannot be read', 'shop', '1.0.0', './nosuch', ['waiting']],
])('a version that %s', async (_, service, version, git, kinds) => {
  const policy = aPolicy();
  for (const one of policy.services) if (one.source) one.source = { ...one.source, git };
  const rows = await versionRow({ service, version, policy, baseDir: root, dataDir: join(root, 'data') });
  expect(rows.map(({ kind }) => kind)).toEqual(kinds);
});
