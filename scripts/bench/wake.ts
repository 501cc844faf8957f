import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '../../platform/database/open.ts';

const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const freeze = (id: string) => ({ id, from: '2026-01-01T00:00', reason: 'the bench holds everything' });
const access = ['viewer', 'releaser', 'approver', 'operator', 'auditor', 'admin'];
const job = { kind: 'command', apply: ['true'], undo: ['true'] };
const policy = {
  gantry: 1,
  organisation: { name: 'Bench', zone: 'UTC' },
  people: [{ id: 'ana', name: 'Ana', email: 'ana@bench.test', access }],
  environments: [{ id: 'live' }],
  services: [{ id: 'shop', pipeline: 'main' }],
  pipelines: { main: [{ environment: 'live', deploy: job }] },
};
/** Nothing is believed to come any more after this. */
const giveUpMs = 300_000;

/**
 * One freeze of two is lifted while `n` releases wait for both: seconds until each has written down what the calendar says now,
 * and whether each did so exactly once. None of them deploys, because the other freeze stays.
 */
export async function run({ json, n = 1_000 }: { json: boolean; n?: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-wake-'));
  await writeFile(join(folder, 'gantry.yaml'), JSON.stringify(policy));
  const ports = ['--port', '0', '--ui-port', '0', '--temporal-port', '0', '--smtp-port', '0'];
  const child = spawn(process.execPath, [main, 'up', ...ports, '--log-level', 'error'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let store: Store | undefined;
  try {
    let said = '';
    for await (const piece of child.stdout) {
      said += String(piece);
      if (said.includes('Gantry is ready')) break;
    }
    const { url, token } = JSON.parse(await readFile(join(folder, '.gantry', 'cli.json'), 'utf8')) as Record<
      string,
      string
    >;
    const call = async (method: string, path: string, body: unknown): Promise<void> => {
      const answer = await fetch(`${url ?? ''}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token ?? ''}`,
          'content-type': 'application/json',
          'idempotency-key': crypto.randomUUID(),
        },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    };
    for (const id of ['first', 'second']) await call('POST', '/v1/freezes', freeze(id));
    store = await openStore({ dir: join(folder, '.gantry') });
    await orderAll(n, call);
    await until(store, n, waiting);
    const started = performance.now();
    await call('DELETE', '/v1/freezes/first', { reason: 'the bench goes on' });
    await until(store, n, told);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    await pause(2_000); // what came twice would come now
    const exactlyOnce = (await told(store)) === n && (await entries(store)) === n;
    const report = { seconds, exactlyOnce, n };
    process.stdout.write(
      json
        ? `${JSON.stringify(report)}\n`
        : `${n} waiting releases wrote down a lifted freeze within ${seconds} s, each ${exactlyOnce ? 'exactly once' : 'NOT exactly once'}.\n`,
    );
  } finally {
    await store?.close();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function orderAll(
  n: number,
  call: (method: string, path: string, body: unknown) => Promise<void>,
): Promise<void> {
  const left = Array.from({ length: n }, (_, index) => index);
  const clerk = async (): Promise<void> => {
    for (let index = left.pop(); index !== undefined; index = left.pop())
      await call('POST', '/v1/releases', { components: [{ service: 'shop', version: `1.0.${index}` }] });
  };
  await Promise.all(Array.from({ length: 8 }, clerk));
}

async function until(store: Store, n: number, count: (store: Store) => Promise<number>): Promise<void> {
  for (const giveUpAt = performance.now() + giveUpMs; performance.now() < giveUpAt;) {
    if ((await count(store)) >= n) return;
    await pause(100);
  }
  throw new Error(`only ${await count(store)} of ${n} got there`);
}

const counted = async (rows: Promise<{ count: string | number | bigint } | undefined>): Promise<number> =>
  Number((await rows)?.count ?? 0);

/** Releases that have written down why they wait. */
const waiting = async ({ db }: Store): Promise<number> =>
  counted(
    db
      .selectFrom('audit_entries')
      .select((row) => row.fn.count('release_id').distinct().as('count'))
      .where('action', '=', 'gates.evaluated')
      .executeTakeFirst(),
  );

const told = async ({ db }: Store): Promise<number> =>
  counted(
    db
      .selectFrom('audit_entries')
      .select((row) => row.fn.count('release_id').distinct().as('count'))
      .where('action', '=', 'calendar.changed')
      .executeTakeFirst(),
  );

const entries = async ({ db }: Store): Promise<number> =>
  counted(
    db
      .selectFrom('audit_entries')
      .select((row) => row.fn.countAll().as('count'))
      .where('action', '=', 'calendar.changed')
      .executeTakeFirst(),
  );
