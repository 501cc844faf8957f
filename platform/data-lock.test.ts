import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { lockData } from './data-lock.ts';
import { identityOf, isRunning } from './process-identity.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'gantry-lock-'));
const fileOf = (dir: string) => join(dir, 'lock.json');
const started: ChildProcess[] = [];

const idle = (): ChildProcess => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  started.push(child);
  return child;
};

const identity = (child: ChildProcess) => identityOf(child.pid ?? 0) ?? { pid: 0, startedAt: 'never' };

const held = (dir: string, owner: object, children: object = {}) =>
  writeFileSync(fileOf(dir), JSON.stringify({ owner, since: '2026-01-05T09:00:00.000Z', children }));

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

test('a folder whose owner lives is refused, naming the owner', async () => {
  const dir = folder();
  const owner = idle();
  held(dir, identity(owner));
  await expect(lockData(dir)).rejects.toMatchObject({
    code: 'DATA_IN_USE',
    problem: { detail: expect.stringContaining(`process ${owner.pid}, since 2026-01-05`) },
  });
});

test('a folder that was given back can be taken again, and nothing is left beside the lock', async () => {
  const dir = folder();
  (await lockData(dir)).release();
  const again = await lockData(dir);
  expect(readdirSync(dir)).toEqual(['lock.json']);
  again.release();
  expect(readdirSync(dir)).toEqual([]);
});

test('after an owner that was killed its children are ended before the folder is taken', async () => {
  const dir = folder();
  const [owner, orphan] = [idle(), idle()];
  const [ownerIdentity, orphanIdentity] = [identity(owner), identity(orphan)];
  held(dir, ownerIdentity, { temporal: orphanIdentity });
  await killed(owner);
  await lockData(dir);
  expect(isRunning(orphanIdentity)).toBe(false);
});

test('a stranger with the pid of a dead owner neither keeps the folder shut nor is ended', async () => {
  const dir = folder();
  const stranger = idle();
  const before = { ...identity(stranger), startedAt: 'another start' };
  held(dir, before, { temporal: before });
  await lockData(dir);
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
});

test('a lock that was cut off while it was written is taken over', async () => {
  const dir = folder();
  writeFileSync(fileOf(dir), '{"owner":{"pid":1');
  await lockData(dir);
  expect(JSON.parse(readFileSync(fileOf(dir), 'utf8'))).toMatchObject({ owner: { pid: process.pid } });
});

test('children are written down at once', async () => {
  const dir = folder();
  const lock = await lockData(dir);
  const child = idle();
  lock.noteChild('temporal', child.pid ?? 0);
  expect(JSON.parse(readFileSync(fileOf(dir), 'utf8'))).toMatchObject({
    children: { temporal: { pid: child.pid } },
  });
  lock.release();
  expect(existsSync(fileOf(dir))).toBe(false);
});
