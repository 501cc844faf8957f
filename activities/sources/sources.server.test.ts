import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readChanges } from './changes.ts';
import { resolveSource } from './resolve.ts';

let root: string;
const git = (...args: string[]): string => {
  const people = {
    GIT_AUTHOR_NAME: 'Ana',
    GIT_AUTHOR_EMAIL: 'ana@acme.test',
    GIT_COMMITTER_NAME: 'Sam',
    GIT_COMMITTER_EMAIL: 'sam@acme.test',
  };
  return execFileSync('git', args, {
    cwd: join(root, 'shop'),
    env: { PATH: process.env['PATH'], HOME: root, ...people },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
};
const commit = (message: string): string => {
  git('commit', '--quiet', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
};
const resolve = (version: string, changes: { ref?: string; branch?: string; tag?: string } = {}) => {
  const { ref, ...source } = changes;
  const component = { service: 'shop', version, ...(ref ? { ref } : {}) };
  return resolveSource({
    source: { git: './shop', tag: 'v{version}', ...source },
    component,
    baseDir: root,
    dataDir: join(root, 'data'),
  });
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gantry-source-'));
  mkdirSync(join(root, 'shop'));
  git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the source of a version', () => {
  test('is its tag, or the ref that was asked for', async () => {
    const first = commit('feat: one');
    git('tag', 'v1.0.0');
    git('tag', 'shop-1.0.0');
    const second = commit('feat: two');
    expect((await resolve('1.0.0')).commit).toBe(first);
    expect((await resolve('1.0.0', { tag: 'shop-{version}' })).commit).toBe(first);
    expect((await resolve('1.1.0', { ref: second })).commit).toBe(second);
    expect((await resolve('1.1.0', { ref: 'main' })).commit).toBe(second);
  });

  test('without its tag is a problem that names the version', async () => {
    commit('feat: one');
    await expect(resolve('9.9.9')).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
  });

  test('off the branch is refused, on it accepted', async () => {
    commit('feat: one');
    git('checkout', '--quiet', '-b', 'side');
    commit('feat: aside');
    git('tag', 'v1.0.0');
    await expect(resolve('1.0.0', { branch: 'main' })).rejects.toMatchObject({
      code: 'COMMIT_NOT_ON_BRANCH',
    });
    await expect(resolve('1.0.0', { branch: 'side' })).resolves.toBeDefined();
  });

  test('in a folder without a repository cannot be read', async () => {
    rmSync(join(root, 'shop'), { recursive: true });
    await expect(resolve('1.0.0')).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  });
});

describe('the change list', () => {
  test('comes from the commits between two versions, with everybody who took part', async () => {
    const from = commit('feat: before');
    commit('fix(cart/total, tax): round down');
    commit('feat(api)!: drop v1\n\nCo-authored-by: Li <li@acme.test>');
    commit('fix: colours\n\nBREAKING CHANGE: blue is green');
    commit('some words');
    const reverted = commit('perf: faster');
    const to = commit(`Revert "perf: faster"\n\nThis reverts commit ${reverted}.`);
    const { mirror } = await resolve('1', { ref: 'main' });
    const { changes, people } = await readChanges({ mirror, from, to, mode: 'deploy' });
    expect(changes.map(({ kind, scope, title }) => [kind, scope, title])).toEqual([
      ['breaking', undefined, 'colours'],
      ['breaking', 'api', 'drop v1'],
      ['fix', 'cart/total, tax', 'round down'],
      ['other', undefined, 'some words'],
    ]);
    expect(people).toHaveLength(13);
    expect(new Set(people.map(({ email, as }) => `${as} ${email}`))).toEqual(
      new Set(['author ana@acme.test', 'author li@acme.test', 'committer sam@acme.test']),
    );
  });

  test('of a rollback says what leaves', async () => {
    const older = commit('feat: one');
    const newer = commit('feat: two');
    const { mirror } = await resolve('1', { ref: 'main' });
    const { changes } = await readChanges({ mirror, from: newer, to: older, mode: 'rollback' });
    expect(changes).toMatchObject([{ title: 'two', mark: 'removed' }]);
  });

  test('of a first deployment is the whole history', async () => {
    commit('feat: one');
    const to = commit('feat: two');
    const { mirror } = await resolve('1', { ref: 'main' });
    expect((await readChanges({ mirror, to, mode: 'deploy' })).changes.map(({ title }) => title)).toEqual([
      'two',
      'one',
    ]);
  });
});
