import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore, type Store } from '../../platform/database/open.ts';
import { forEachOf, startUp, until } from './up.ts';

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

/**
 * One freeze of two is lifted while `n` releases wait for both: seconds until each has written down what the calendar says now,
 * and whether each did so exactly once. None of them deploys, because the other freeze stays.
 */
export async function run({ json, n = 1_000 }: { json: boolean; n?: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-wake-'));
  await writeFile(join(folder, 'gantry.yaml'), JSON.stringify(policy));
  const up = await startUp(folder);
  let store: Store | undefined;
  try {
    for (const id of ['first', 'second']) await up.call('POST', '/v1/freezes', freeze(id));
    const record = (store = await openStore({ dir: join(folder, '.gantry') }));
    await forEachOf([...Array(n).keys()], async (index) =>
      up.call('POST', '/v1/releases', { components: [{ service: 'shop', version: `1.0.${index}` }] }),
    );
    await until(async () => waiting(record), n);
    const started = performance.now();
    await up.call('DELETE', '/v1/freezes/first', { reason: 'the bench goes on' });
    await until(async () => told(record), n);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    await pause(2_000); // what came twice would come now
    const exactlyOnce = (await told(record)) === n && (await entries(record)) === n;
    const report = { seconds, exactlyOnce, n };
    process.stdout.write(
      json
        ? `${JSON.stringify(report)}\n`
        : `${n} waiting releases wrote down a lifted freeze within ${seconds} s, each ${exactlyOnce ? 'exactly once' : 'NOT exactly once'}.\n`,
    );
  } finally {
    await store?.close();
    await up.stop();
    await rm(folder, { recursive: true, force: true });
  }
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
