import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { allPids, treeOf } from './process-tree.ts';

const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
/** Nothing is believed to come any more after this, unless a benchmark says otherwise. */
const giveUpMs = 300_000;

/** `gantry up` in a folder that holds a gantry.yaml, as somebody runs it who measures it from outside. */
export interface Up {
  pid: number;
  /** Calls its API as its first administrator, again while that may help. @throws where the answer is not a good one */
  call(method: string, path: string, body: unknown): Promise<void>;
  /** kill -9 of the whole tree; returns when nothing of it is left. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on ports of its own; returns when it is ready. */
export async function startUp(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Up> {
  const ports = ['--port', '0', '--ui-port', '0', '--temporal-port', '0', '--smtp-port', '0'];
  const child = spawn(process.execPath, [main, 'up', ...ports, '--log-level', 'error'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString('utf8');
      if (said.includes('Gantry is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`gantry up ended with ${code ?? 'a signal'}: ${said}`)));
  });
  const pid = child.pid ?? 0;
  const access = await readFile(join(folder, '.gantry', 'cli.json'), 'utf8');
  const { url, token } = JSON.parse(access) as { url: string; token: string };
  return {
    pid,
    async call(method, path, body) {
      const key = crypto.randomUUID();
      for (;;) {
        const answer = await fetch(`${url}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': key,
          },
          body: JSON.stringify(body),
        });
        const text = await answer.text();
        if (answer.ok) return;
        if (answer.status !== 503) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        await pause(500); // more at once than the machine bears: the same request again has one effect
      }
    },
    async kill() {
      const tree = treeOf(pid);
      for (const one of tree) process.kill(one, 'SIGKILL');
      await ended;
      await until(async () => Number(!allPids().some((one) => tree.includes(one))), 1);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Does `work` for each, so many at a time. */
export async function forEachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  atATime = 8,
): Promise<void> {
  const left = [...items].reverse();
  const clerk = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, clerk));
}

/** Returns once `count` has come to `n`. @throws where it has not in time */
export async function until(count: () => Promise<number>, n: number, limitMs = giveUpMs): Promise<void> {
  for (const giveUpAt = performance.now() + limitMs; performance.now() < giveUpAt;) {
    if ((await count()) >= n) return;
    await pause(100);
  }
  throw new Error(`only ${await count()} of ${n} got there`);
}
