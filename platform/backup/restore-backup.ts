import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import type { AuditReport } from '../audit/verify.ts';
import { verifyRecord } from '../audit/verify-record.ts';
import { migrate, migrateUpTo, newestMigration } from '../database/migrate.ts';
import type { Store } from '../database/open.ts';
import { GantryError } from '../errors.ts';
import { appendEvents } from '../record/append.ts';
import type { BackupHeader, PieceLine } from './format.ts';
import { inspectBackup, readLines, rowText, tableOf } from './read-backup.ts';
import { isEmptyDatabase, moveCounters, quoted } from './tables.ts';
import { instantText } from '../../domain/instant-text.ts';

const batchRows = 200;

/**
 * Fills an empty database with a backup, brings it to this program's shape and verifies the audit chain. The chain may be
 * broken because the saved one was: the rows are there all the same, and the report says it. Throws BACKUP_UNREADABLE,
 * DATABASE_TOO_NEW and BACKUP_TARGET_NOT_EMPTY before anything is changed.
 */
export async function restoreBackup(
  store: Pick<Store, 'db' | 'connection' | 'describe'>,
  o: { file: string; engineDir?: string },
): Promise<{ header: BackupHeader; audit: AuditReport }> {
  const header = await inspectBackup(o.file);
  const known = await newestMigration();
  if (header.schema > known) throw new GantryError('DATABASE_TOO_NEW', { found: header.schema, known });
  const client = new pg.Client(store.connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (!(await isEmptyDatabase(client)))
      throw new GantryError('BACKUP_TARGET_NOT_EMPTY', { target: store.describe });
    await migrateUpTo(store, header.schema);
    await client.query('begin');
    await fill(client, o);
    await moveCounters(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
  await migrate(store);
  const audit = await verifyRecord(store.db);
  await appendEvents(store.db, null, [
    {
      key: `restore/${randomUUID()}`,
      at: new Date().toISOString(),
      actor: { id: 'gantry', kind: 'system' },
      action: 'backup.restored',
      object: path.basename(o.file),
      sentence: `The record was restored from the backup of ${instantText(header.madeAt)}.`,
    },
  ]);
  return { header, audit };
}

async function fill(client: pg.Client, o: { file: string; engineDir?: string }): Promise<void> {
  let table = '';
  let rows: string[] = [];
  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    const name = quoted(table);
    await client.query(
      `insert into ${name} overriding system value select * from json_populate_recordset(null::${name}, $1::json)`,
      [`[${rows.join(',')}]`],
    );
    rows = [];
  };
  await readLines(o.file, async (line) => {
    const next = tableOf(line);
    if (next !== table || rows.length >= batchRows) await flush();
    table = next ?? '';
    if (next !== undefined) rows.push(rowText(line));
    else if (o.engineDir !== undefined && line.startsWith('{"file":'))
      await addPiece(o.engineDir, JSON.parse(line) as PieceLine);
  });
  await flush();
}

/** Only a name: a path in a backup must not lead out of the folder. */
const addPiece = (folder: string, { file, piece }: PieceLine): Promise<void> =>
  appendFile(path.join(folder, path.basename(file)), Buffer.from(piece, 'base64'), { mode: 0o600 });
