import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build, checkout, childEnvironment, npm } from '../support/built.ts';

const minutes = 60_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-pack-'));
  await build();
  const [packed] = JSON.parse(
    await npm(checkout, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  ) as [{ filename: string }];
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await npm(
    folder,
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    join(folder, packed.filename),
  );
}, 5 * minutes);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const gantry = async (...args: string[]): Promise<string> => {
  const bin = join(folder, 'node_modules/.bin/gantry');
  return (await promisify(execFile)(bin, args, { cwd: folder, env: childEnvironment() })).stdout;
};

test('the packed tarball, installed into an empty folder, starts a policy that it accepts itself', async () => {
  await gantry('init');
  await expect(gantry('check')).resolves.toContain('is fine');
});

test(
  'and starts everything from there',
  async () => {
    const ports = ['--port', '--ui-port', '--temporal-port', '--smtp-port'].flatMap((flag) => [flag, '0']);
    const child = spawn(join(folder, 'node_modules/.bin/gantry'), ['up', ...ports], {
      cwd: folder,
      env: childEnvironment(),
    });
    const ended = once(child, 'exit');
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (said += piece.toString('utf8')));
    try {
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', () => said.includes('Gantry is ready') && resolve());
        child.once('exit', () => reject(new Error(said)));
      });
      const page = /Pages and API\s+(\S+)/.exec(said)?.[1];
      expect((await fetch(`${page}/health`)).status).toBe(200);
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  },
  2 * minutes,
);
