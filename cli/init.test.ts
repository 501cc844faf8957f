import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPolicy } from '../platform/policy/read-policy.ts';
import type { Policy } from '../domain/policy/policy.schema.ts';
import type { Io } from './io.ts';
import { run } from './run.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-init-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function gantry(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: false,
  });
  const io: Io = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdinIsTerminal: false,
    env: {},
    cwd: folder,
    ask: async () => '',
    readStdin: async () => '',
    interrupted: new AbortController().signal,
    now: () => new Date(0),
  };
  return { code: await run(argv, io), ...written };
}

const git = (...argv: string[]): void => {
  execFileSync('git', ['-c', 'user.name=Ana Lopez', '-c', 'user.email=ana@acme.test', ...argv], {
    cwd: folder,
  });
};
const write = (name: string, value: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));

async function starter(dir = '.'): Promise<Policy> {
  const { policy, problems } = readPolicy(await readFile(join(folder, dir, 'gantry.yaml'), 'utf8'));
  expect(problems).toEqual([]);
  return policy!;
}

describe('gantry init', () => {
  test('in an empty folder writes a policy that gantry check finds fine, and a script that runs', async () => {
    const { code, stdout, stderr } = await gantry('init');
    expect([code, stdout]).toEqual([0, 'wrote gantry.yaml\nwrote deploy.sh\n']);
    expect(stderr).toContain('gantry check');
    const policy = await starter();
    expect(policy.services[0]?.source).toBeUndefined();
    expect(policy.pipelines['main']?.[1]?.approvals[0]?.not).toEqual([]);
    expect(await gantry('check')).toMatchObject({
      code: 0,
      stdout: 'gantry.yaml is fine: 1 person, 2 environments, 1 service and 1 pipeline.\n',
    });
    const said = execFileSync('./deploy.sh', ['apply', 'staging', '1.0.0'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(said).toContain('nothing was deployed');
  });

  test('in a Git repository with a package takes branch, person, tags and tests from it', async () => {
    await write('package.json', { name: '@acme/Web Shop', scripts: { test: 'jest' } });
    await write('package-lock.json', {});
    await write('Dockerfile', 'FROM scratch\n');
    git('init', '-q', '-b', 'trunk');
    git('config', 'user.name', 'Ana Lopez');
    git('config', 'user.email', 'ana@acme.test');
    git('config', 'remote.origin.url', 'https://user:pass@git.acme.test/shop.git');
    git('add', '.');
    git('commit', '-qm', 'First');
    for (const tag of ['shop-1.9.0', 'shop-1.10.0', 'nightly']) git('tag', tag);

    const { stderr } = await gantry('init');
    const { services, people, pipelines } = await starter();
    expect(services[0]).toMatchObject({
      id: 'acme-web-shop',
      source: { git: '.', branch: 'trunk', tag: 'shop-{version}' },
    });
    expect(people[0]).toMatchObject({ id: 'ana', name: 'Ana Lopez', email: 'ana@acme.test' });
    expect(pipelines['main']?.[0]?.checks[0]).toMatchObject({ run: ['sh', '-c', 'npm ci && npm test'] });
    expect(stderr).toContain('gantry release create acme-web-shop 1.10.0');
    expect(await readFile(join(folder, 'gantry.yaml'), 'utf8')).not.toContain('pass@');
    expect(await readFile(join(folder, 'deploy.sh'), 'utf8')).toContain('docker');
  });

  test('below the root of a repository points at the root', async () => {
    await write('README', 'x');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'First');
    await gantry('init', 'services/cart');
    expect((await starter('services/cart')).services[0]).toMatchObject({
      id: 'cart',
      source: { git: '../..' },
    });
  });

  test.each([
    ['a broken package.json', 'package.json', '{ "name": '],
    [
      'a package without tests',
      'package.json',
      { name: 'x', scripts: { test: 'echo "Error: no test specified" && exit 1' } },
    ],
    ['a package whose name is markup', 'package.json', { name: '"\n  - { id: evil }\n#' }],
  ])('with %s still writes a policy that is fine, without checks', async (_, name, content) => {
    await write(name, content);
    expect((await gantry('init')).code).toBe(0);
    expect((await starter()).pipelines['main']?.[0]?.checks).toEqual([]);
  });

  test('leaves a gantry.yaml that is there alone, and everything else too', async () => {
    await write('gantry.yaml', '# mine\n');
    const { code, stderr } = await gantry('init');
    expect(code).toBe(5);
    expect(stderr).toContain('POLICY_EXISTS');
    expect(await readFile(join(folder, 'gantry.yaml'), 'utf8')).toBe('# mine\n');
    expect(await readdir(folder)).toEqual(['gantry.yaml']);
  });

  test('with --force replaces gantry.yaml, and never a deploy.sh', async () => {
    await write('gantry.yaml', '# mine\n');
    await write('deploy.sh', '#!/bin/sh\n');
    await chmod(join(folder, 'deploy.sh'), 0o700);
    const { code, stdout } = await gantry('init', '--force');
    expect([code, stdout]).toEqual([0, 'wrote gantry.yaml\n']);
    await starter();
    expect(await readFile(join(folder, 'deploy.sh'), 'utf8')).toBe('#!/bin/sh\n');
    expect((await stat(join(folder, 'deploy.sh'))).mode & 0o777).toBe(0o700);
  });

  test('where the folder is a file says so', async () => {
    await write('file', '');
    const { code, stderr } = await gantry('init', 'file');
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be written');
  });
});

describe('gantry check', () => {
  test('prints every problem with its place and ends with 2', async () => {
    await gantry('init');
    const text = await readFile(join(folder, 'gantry.yaml'), 'utf8');
    await write(
      'bad.yaml',
      text.replace('production: true', 'producton: true').replace('role: qa', 'role: legal'),
    );
    const { code, stdout, stderr } = await gantry('check', 'bad.yaml');
    expect(code).toBe(2);
    expect(stdout.split('\n')[0]).toMatch(
      /^bad\.yaml:\d+:5 environments\[1\]\.producton {2}There is no field "producton" here\. Did you mean `production`\?$/,
    );
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stderr).toBe('2 problems in bad.yaml.\n');
  });

  test('answers one document under --json', async () => {
    await gantry('init');
    const answer = JSON.parse((await gantry('check', '--json')).stdout) as Record<string, unknown>;
    expect(answer).toMatchObject({ file: 'gantry.yaml', valid: true, problems: [] });
    await write('bad.yaml', 'gantry: 2\n');
    const refused = await gantry('check', 'bad.yaml', '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({ valid: false });
  });

  test('says with --explain what was written where and what is a default', async () => {
    await gantry('init');
    const { stdout } = await gantry('check', '--explain');
    expect(stdout).toMatch(/^environments\[1\]\.production\ttrue\tgantry\.yaml:\d+$/m);
    expect(stdout).toMatch(/^pipelines\.main\[0\]\.approval\.expires\t72h\tdefault$/m);
    expect(stdout).toMatch(
      /^pipelines\.main\[1\]\.approval\.grace\t5 min\tdefault: production is production$/m,
    );
  });

  test('of a file that is not there ends with 4', async () => {
    await mkdir(join(folder, 'gantry.yaml'));
    expect((await gantry('check', 'nope.yaml')).code).toBe(4);
    expect((await gantry('check')).stderr).toContain('POLICY_UNREADABLE');
  });
});
