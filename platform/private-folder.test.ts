import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makePrivateFolder } from './private-folder.ts';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'gantry-private-'));
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

test('nothing in a private folder is ever staged', () => {
  const git = (...argv: string[]): string => execFileSync('git', argv, { cwd: repository, encoding: 'utf8' });
  git('init', '--quiet');
  const folder = join(repository, '.gantry');
  makePrivateFolder(folder);
  writeFileSync(join(folder, 'admin-token'), 'secret');
  writeFileSync(join(repository, 'gantry.yaml'), 'gantry: 1\n');
  git('add', '-A');
  expect(git('diff', '--cached', '--name-only')).toBe('gantry.yaml\n');
});

test('only the owner may enter a private folder, and making it again is harmless', () => {
  const folder = join(repository, 'deep', '.gantry');
  makePrivateFolder(folder);
  makePrivateFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
