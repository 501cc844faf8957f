import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openMirror } from './git.ts';
import type { Mirror } from './git/mirror.ts';

let root: string;
let mirror: Mirror;
const repository = (): string => join(root, 'shop');

function git(...args: string[]): string {
  const people = {
    GIT_AUTHOR_NAME: 'Ana',
    GIT_AUTHOR_EMAIL: 'ana@acme.test',
    GIT_COMMITTER_NAME: 'Sam',
    GIT_COMMITTER_EMAIL: 'sam@acme.test',
  };
  const env = { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1', ...people };
  return execFileSync('git', args, {
    cwd: repository(),
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
function commit(message: string, files: Record<string, string> = {}): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(repository(), name), text);
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gantry-git-'));
  mkdirSync(repository());
  git('init', '--quiet', '--initial-branch=main');
  mirror = openMirror({ git: './shop', baseDir: root, dataDir: join(root, 'data') });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('a mirror', () => {
  test('finds a tag, a branch, a hash and a short hash, and nothing else', async () => {
    const first = commit('feat: one');
    git('tag', '-a', 'v1.0.0', '-m', 'first');
    for (const ref of ['v1.0.0', 'main', first, first.slice(0, 8)])
      expect(await mirror.resolveCommit(ref)).toBe(first);
    for (const ref of ['v9', '--upload-pack=x', 'a..b', 'HEAD', '0'.repeat(40)])
      expect(await mirror.resolveCommit(ref)).toBeUndefined();
  });

  test('sees a tag that was moved', async () => {
    commit('feat: one');
    git('tag', 'v1.0.0');
    await mirror.resolveCommit('v1.0.0');
    const second = commit('feat: two');
    git('tag', '--force', 'v1.0.0');
    expect(await mirror.resolveCommit('v1.0.0')).toBe(second);
  });

  test('tells what a branch has from what it has not', async () => {
    const first = commit('feat: one');
    git('checkout', '--quiet', '-b', 'side');
    const aside = commit('feat: aside');
    expect(await mirror.resolveCommit('side')).toBe(aside);
    expect(await mirror.isReachable(first, 'main')).toBe(true);
    expect(await mirror.isReachable(aside, 'main')).toBe(false);
    expect(await mirror.isReachable(first, 'gone')).toBe(false);
  });

  test('reads commits between two with their people, text and parents', async () => {
    const first = commit('feat: one');
    const second = commit(
      'fix(cart): two\n\nWhy, with a\nsecond line\n\nCo-authored-by: Li <li@acme.test>\nCo-authored-by: no address',
    );
    const third = commit('feat!: three');
    await mirror.resolveCommit('main');
    const commits = await mirror.readCommits(first, third);
    expect(commits.map((read) => read.hash)).toEqual([third, second]);
    expect(commits[1]).toMatchObject({
      parents: [first],
      author: { name: 'Ana', email: 'ana@acme.test' },
      committer: { name: 'Sam', email: 'sam@acme.test' },
      coAuthors: [{ name: 'Li', email: 'li@acme.test' }],
      subject: 'fix(cart): two',
      body: expect.stringContaining('Why, with a\nsecond line'),
    });
    expect(await mirror.readCommits(undefined, third)).toHaveLength(3);
  });

  test('checks out exactly the files of a commit, without Git', async () => {
    const first = commit('feat: one', { 'a.txt': 'old', 'gone.txt': 'x' });
    rmSync(join(repository(), 'gone.txt'));
    commit('feat: two', { 'a.txt': 'new' });
    await mirror.resolveCommit('main');
    const folder = join(root, 'out');
    mkdirSync(folder);
    await mirror.checkout(first, folder);
    expect(readdirSync(folder).sort()).toEqual(['a.txt', 'gone.txt']);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('old');
  });

  test('serves many at once', async () => {
    const first = commit('feat: one', { 'a.txt': 'x' });
    const mirrors = [1, 2, 3, 4].map(() =>
      openMirror({ git: './shop', baseDir: root, dataDir: join(root, 'data') }),
    );
    expect(await Promise.all(mirrors.map((each) => each.resolveCommit('main')))).toEqual([
      first,
      first,
      first,
      first,
    ]);
  });

  test('is not led astray by variables for Git around it', async () => {
    const first = commit('feat: one');
    process.env['GIT_DIR'] = '/nonexistent';
    const found = await mirror.resolveCommit('main').finally(() => delete process.env['GIT_DIR']);
    expect(found).toBe(first);
  });
});

describe('a hostile repository', () => {
  const trap = (): string => join(root, 'trapped');

  test('runs nothing of its own: no hook, no filter', async () => {
    const script = `#!/bin/sh\ntouch ${trap()}\n`;
    for (const hook of ['post-checkout', 'pre-auto-gc', 'reference-transaction', 'post-index-change']) {
      writeFileSync(join(repository(), '.git', 'hooks', hook), script);
    }
    git('config', 'filter.evil.smudge', `touch ${trap()}`);
    const first = commit('feat: one', { '.gitattributes': '* filter=evil\n', 'a.txt': 'x' });
    for (const hook of readdirSync(join(repository(), '.git', 'hooks')))
      chmodSync(join(repository(), '.git', 'hooks', hook), 0o755);
    await mirror.resolveCommit('main');
    const folder = join(root, 'out');
    mkdirSync(folder);
    await mirror.checkout(first, folder);
    expect(existsSync(join(folder, 'a.txt'))).toBe(true);
    expect(existsSync(trap())).toBe(false);
  });

  test('cannot write outside through a link', async () => {
    symlinkSync(root, join(repository(), 'out'));
    const first = commit('feat: link');
    await mirror.resolveCommit('main');
    const folder = join(root, 'target');
    mkdirSync(folder);
    await mirror.checkout(first, folder);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  test.each([
    'ext::sh -c "touch %"',
    '--upload-pack=touch %',
    'http://127.0.0.1:9/x.git',
    'fd::17',
    './nowhere',
  ])('address %s is refused or unreadable, and starts nothing', async (address) => {
    const open = async (): Promise<unknown> =>
      openMirror({
        git: address.replace('%', trap()),
        baseDir: root,
        dataDir: join(root, 'data'),
      }).resolveCommit('main');
    await expect(open()).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
    expect(existsSync(trap())).toBe(false);
  });

  test('password in an address is not shown', async () => {
    const open = openMirror({
      git: 'https://ana:hunter22@127.0.0.1:9/x.git',
      baseDir: root,
      dataDir: join(root, 'data'),
    });
    const error: Error = await open.resolveCommit('main').then(
      () => new Error('resolved'),
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE' });
    expect(JSON.stringify(error)).not.toContain('hunter22');
  });
});
