import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import type { Store } from '../database/open.ts';
import { diskNamed } from '../disk.ts';
import { GantryError } from '../errors.ts';
import { cannotMake } from '../new-file.ts';
import { appendEvents } from '../record/append.ts';
import type { BackupHeader } from './format.ts';
import { quoted, tablesInOrder } from './tables.ts';

const pageSize = 500;
const pieceBytes = 48 * 1024;

/**
 * Saves the whole record in one new file, as it is at one moment, while Gantry may go on writing. `engine` names files of
 * the stopped engine to save with it. The log of the saved installation says that it was made. Throws USAGE where the
 * file cannot be made: an existing one is never written over.
 */
export async function makeBackup(
  store: Pick<Store, 'db' | 'connection'>,
  o: { file: string; engine?: string[] },
): Promise<BackupHeader> {
  const madeAt = new Date().toISOString();
  await appendEvents(store.db, null, [
    {
      key: `backup/${randomUUID()}`,
      at: madeAt,
      actor: { id: 'gantry', kind: 'system' },
      action: 'backup.made',
      object: path.basename(o.file),
      sentence: 'A backup of the record was made.',
    },
  ]);
  const client = new pg.Client(store.connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const header = await headerOf(client, madeAt, o.engine ?? []);
    await write(o.file, sealed(contents(client, header, o.engine ?? [])));
    return header;
  } finally {
    await client.end();
  }
}

async function headerOf(client: pg.Client, madeAt: string, engine: string[]): Promise<BackupHeader> {
  const one = async <T>(query: string): Promise<T> =>
    (await client.query<{ value: T }>(query)).rows[0]?.value as T;
  const tables: BackupHeader['tables'] = [];
  for (const name of await tablesInOrder(client))
    tables.push({ name, rows: await one<number>(`select count(*) as value from ${quoted(name)}`) });
  return {
    gantry: 'backup',
    v: 1,
    schema: await one<number>('select max(number) as value from schema_migrations'),
    installation: await one<string>('select id as value from installation'),
    madeAt,
    tables,
    engine: engine.map((file) => path.basename(file)),
  };
}

async function* contents(client: pg.Client, header: BackupHeader, engine: string[]): AsyncGenerator<string> {
  yield JSON.stringify(header);
  for (const { name } of header.tables) yield* rowsOf(client, name);
  for (const file of engine)
    for await (const piece of createReadStream(file, { highWaterMark: pieceBytes }))
      yield JSON.stringify({ file: path.basename(file), piece: (piece as Buffer).toString('base64') });
}

/** The log in its own order: a restore can only add entry after entry. */
async function* rowsOf(client: pg.Client, name: string): AsyncGenerator<string> {
  const order = name === 'audit_entries' ? 'order by seq' : '';
  await client.query(
    `declare rows no scroll cursor for select row_to_json(t)::text as row from ${quoted(name)} t ${order}`,
  );
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`fetch ${pageSize} from rows`);
    // The row's own text: parsing it here would round what JavaScript's numbers cannot hold.
    for (const { row } of rows) yield `{"table":${JSON.stringify(name)},"row":${row}}`;
    if (rows.length < pageSize) break;
  }
  await client.query('close rows');
}

async function* sealed(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  for await (const line of lines) {
    hash.update(`${line}\n`);
    yield `${line}\n`;
  }
  yield `${JSON.stringify({ sha256: hash.digest('hex') })}\n`;
}

async function write(file: string, lines: AsyncIterable<string>): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await pipeline(Readable.from(lines), createGzip(), target);
  } catch (cause) {
    const isMine = !target.pending;
    if (isMine) await rm(file, { force: true });
    const code = (cause as NodeJS.ErrnoException).code;
    const folder = path.dirname(file);
    if (code === 'ENOSPC')
      throw new GantryError('DISK_FULL', { path: folder, ...diskNamed(folder) }, { cause });
    if (!isMine) throw cannotMake(file, cause);
    throw cause;
  }
}
