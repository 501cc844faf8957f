import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { chainStart } from '../../domain/audit/chain.ts';
import { GantryError, messageOf } from '../errors.ts';
import { newId, sha256 } from '../ids.ts';
import type { Store } from './open.ts';

const folder = new URL('./migrations/', import.meta.url);
/** One migration at a time, on whatever server: any fixed number that no other program takes. */
const migrationLock = 4_717_052_019;

interface Migration {
  number: number;
  name: string;
  text: string;
  checksum: string;
}

/**
 * Brings the record to this program's shape, each step in a transaction of its own; forward only. The first run gives the
 * installation its id and begins the audit chain. Throws DATABASE_TOO_NEW where a newer Gantry has been here, and
 * CONFIGURATION_INVALID where a step that was applied has other contents now.
 */
export async function migrate(store: Pick<Store, 'connection'>): Promise<{ applied: string[] }> {
  return advance(store, Infinity, beginInstallation);
}

/** Only the steps up to `number`, and no new installation: the shape that a backup was made in (`platform/backup`). */
export async function migrateUpTo(store: Pick<Store, 'connection'>, number: number): Promise<void> {
  await advance(store, number, async () => undefined);
}

async function advance(
  store: Pick<Store, 'connection'>,
  number: number,
  finish: (client: pg.Client) => Promise<void>,
): Promise<{ applied: string[] }> {
  const steps = await readMigrations();
  const client = new pg.Client(store.connection);
  // A broken connection also rejects the query that is under way; without a handler it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    const missing = (await missingSteps(client, steps)).filter((step) => step.number <= number);
    for (const step of missing) await apply(client, step);
    await finish(client);
    return { applied: missing.map((step) => step.name) };
  } finally {
    await client.end();
  }
}

/** Number of the newest step that this program knows: the schema number of a backup. */
export async function newestMigration(): Promise<number> {
  return (await readMigrations()).at(-1)?.number ?? 0;
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}-[a-z0-9-]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { number: Number(name.slice(0, 3)), name, text, checksum: sha256(text) };
    }),
  );
}

async function missingSteps(client: pg.Client, steps: Migration[]): Promise<Migration[]> {
  await client.query(`create table if not exists schema_migrations (
    number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`);
  const { rows } = await client.query<{ number: number; name: string; checksum: string }>(
    'select number, name, checksum from schema_migrations order by number',
  );
  const newest = steps.at(-1)?.number ?? 0;
  const beyond = rows.find((row) => row.number > newest);
  if (beyond)
    throw new GantryError('DATABASE_TOO_NEW', {
      found: beyond.number,
      known: newest,
      detail: `the database has step ${beyond.name}, this Gantry knows steps up to ${newest}`,
    });
  for (const row of rows) {
    const step = steps.find((each) => each.number === row.number);
    if (step?.checksum !== row.checksum)
      throw new GantryError('CONFIGURATION_INVALID', {
        detail: `migration ${row.name} was applied with other contents than this program has`,
      });
  }
  const done = new Set(rows.map((row) => row.number));
  return steps.filter((step) => !done.has(step.number));
}

async function apply(client: pg.Client, step: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(step.text);
    await client.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', [
      step.number,
      step.name,
      step.checksum,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`migration ${step.name} failed: ${messageOf(cause)}`, { cause });
  }
}

async function beginInstallation(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ id: string }>('select id from installation');
  if (rows.length > 0) return;
  const id = newId('inst');
  await client.query('begin');
  await client.query('insert into installation (id) values ($1)', [id]);
  await client.query(`insert into chain_heads (scope, seq, hash) values ('global', 0, $1)`, [
    chainStart(id, sha256),
  ]);
  await client.query('commit');
}
