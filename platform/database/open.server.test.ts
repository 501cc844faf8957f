import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { anEvent } from '../../test/support/record-builders.ts';
import { until } from '../../test/support/until.ts';
import { verifyRecord } from '../audit/verify-record.ts';
import { identityOf } from '../process-identity.ts';
import { appendEvents } from '../record/append.ts';
import { findBinaries } from './binaries.ts';
import { migrate } from './migrate.ts';
import { openStore, type Store } from './open.ts';
import { storageProblem } from './storage-problem.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function folder(): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gantry-open-'));
  undo.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const serverOf = (dir: string): number =>
  Number(readFileSync(path.join(dir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Asks until the server answers again; gives up with the test. */
async function answering(store: Store): Promise<void> {
  for (;;) {
    try {
      await store.pool.query('select 1');
      return;
    } catch (error) {
      if (!storageProblem(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test('a second opener of the same folder is a guest: it leaves the server running', async () => {
  const dir = await folder();
  const owner = await openStore({ dir });
  undo.push(() => owner.close());
  const guest = await openStore({ dir });
  await guest.close();
  expect((await owner.pool.query('select 1')).rowCount).toBe(1);
});

test('closing stops the server, removes its socket folder, and the rows are there at the next start', async () => {
  const dir = await folder();
  const store = await openStore({ dir });
  const pid = serverOf(dir);
  await migrate(store);
  await appendEvents(store.db, null, [anEvent('a')]);
  await store.close();
  expect(isThere(pid)).toBe(false);
  expect(existsSync(String(store.connection.host))).toBe(false);
  const again = await openStore({ dir });
  undo.push(() => again.close());
  expect(await verifyRecord(again.db)).toMatchObject({ valid: true, entries: 1 });
});

test('a database that is killed while rows are written comes back with all that was acknowledged', async () => {
  const dir = await folder();
  const store = await openStore({ dir });
  undo.push(() => store.close());
  await migrate(store);
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const writers = [0, 1, 2, 3].map(async (writer) => {
      for (let i = 0; ; i += 1) {
        const key = `${round}/${writer}/${i}`;
        try {
          await appendEvents(store.db, `rel_${writer}`, [anEvent(key)]);
        } catch (error) {
          expect(storageProblem(error)?.code).toBe('STORAGE_UNAVAILABLE');
          return;
        }
        acknowledged.push(key);
        if (writer === 0 && i === 20) process.kill(serverOf(dir), 'SIGKILL');
      }
    });
    await Promise.all(writers);
    await answering(store);
  }
  const { rows } = await store.pool.query<{ key: string }>('select key from audit_entries');
  const kept = new Set(rows.map((row) => row.key));
  expect(acknowledged.filter((key) => !kept.has(key))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(60);
  expect(await verifyRecord(store.db)).toMatchObject({ valid: true });
});

test('a server whose owner was killed is taken over and stopped in the end', async () => {
  const dir = await folder();
  const open = fileURLToPath(new URL('./open.ts', import.meta.url));
  const script = `import(${JSON.stringify(open)}).then(async ({ openStore }) => { await openStore({ dir: ${JSON.stringify(dir)} }); console.log('open'); setInterval(() => {}, 1000); })`;
  const owner = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => owner.stdout.once('data', resolve));
  const left = serverOf(dir);
  const dead = new Promise((resolve) => owner.once('exit', resolve));
  owner.kill('SIGKILL');
  await dead;
  expect(isThere(left)).toBe(true);
  const store = await openStore({ dir });
  expect((await store.pool.query('select 1')).rowCount).toBe(1);
  const pid = serverOf(dir);
  await store.close();
  expect([isThere(left), isThere(pid)]).toEqual([false, false]);
});

test('a start right after a kill waits until what was killed is gone', async () => {
  const dir = await folder();
  const open = fileURLToPath(new URL('./open.ts', import.meta.url));
  const script = `const { openStore } = await import(${JSON.stringify(open)}); await openStore({ dir: ${JSON.stringify(dir)} }); console.log('open'); setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => owner.stdout.once('data', resolve));
  owner.kill('SIGSTOP'); // collects its dead child no more, which so keeps its number
  const server = serverOf(dir);
  process.kill(server, 'SIGKILL');
  await until('the server to be dead', () => identityOf(server) === undefined);
  let refusals = 0;
  const log = {
    warn: () => {
      refusals += 1;
      owner.kill('SIGKILL');
    },
  };
  const store = await openStore({ dir, log });
  undo.push(() => store.close());
  expect(refusals).toBeGreaterThan(0);
  expect((await store.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('a server that never answers is reported within five seconds, without its password', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => silent.close(resolve));
  });
  const { port } = silent.address() as AddressInfo;
  const began = Date.now();
  const opening = openStore({ url: `postgresql://gantry:hunter2@127.0.0.1:${port}/gantry` });
  const error = await opening.catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(JSON.stringify((error as { problem: unknown }).problem)).not.toContain('hunter2');
});

test('programs that are not where PG_BINDIR points are reported with the place', () => {
  expect(() => findBinaries({ PG_BINDIR: '/nowhere' })).toThrow('/nowhere');
});
