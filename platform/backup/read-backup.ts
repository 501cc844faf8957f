import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { GantryError, messageOf } from '../errors.ts';
import type { BackupFooter, BackupHeader } from './format.ts';

/** Hands every line of a backup to `take`, without its line feed. Throws BACKUP_UNREADABLE for what gzip cannot read. */
export async function readLines(file: string, take: (line: string) => void | Promise<void>): Promise<void> {
  const at = { taking: false };
  try {
    await pipeline(createReadStream(file), createGunzip(), async (pieces: AsyncIterable<Buffer>) => {
      for await (const line of split(pieces)) {
        at.taking = true;
        await take(line);
        at.taking = false;
      }
    });
  } catch (cause) {
    if (at.taking) throw cause;
    throw new GantryError('BACKUP_UNREADABLE', { file, detail: messageOf(cause) }, { cause });
  }
}

async function* split(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Reads a backup to its end before anything is restored from it: whole, unchanged, with the rows that it promises. */
export async function inspectBackup(file: string): Promise<BackupHeader> {
  const hash = createHash('sha256');
  const counts = new Map<string, number>();
  let header: BackupHeader | undefined;
  let footer: BackupFooter | undefined;
  const unreadable = (detail: string): GantryError => new GantryError('BACKUP_UNREADABLE', { file, detail });
  await readLines(file, (line) => {
    if (footer) throw unreadable('something follows its end');
    if (!header) header = headerOf(line) ?? fail(unreadable('it does not begin like a backup'));
    else if (line.startsWith('{"sha256":')) {
      footer = JSON.parse(line) as BackupFooter;
      return;
    } else {
      const table = tableOf(line);
      if (table !== undefined) counts.set(table, (counts.get(table) ?? 0) + 1);
    }
    hash.update(`${line}\n`);
  });
  if (!header) throw unreadable('it is empty');
  if (!footer) throw unreadable('its end is missing');
  if (hash.digest('hex') !== footer.sha256) throw unreadable('its contents do not match its checksum');
  for (const { name, rows } of header.tables)
    if (rows !== (counts.get(name) ?? 0))
      throw unreadable(`${name} should have ${rows} rows and has ${counts.get(name) ?? 0}`);
  return header;
}

const fail = (error: Error): never => {
  throw error;
};

function headerOf(line: string): BackupHeader | undefined {
  try {
    const header = JSON.parse(line) as Partial<BackupHeader> | null;
    return header?.gantry === 'backup' && header.v === 1 ? (header as BackupHeader) : undefined;
  } catch {
    return undefined;
  }
}

const rowStart = /^\{"table":"([a-z_]+)","row":/;

/** Table of a row line; undefined for a line of another kind. */
export const tableOf = (line: string): string | undefined => rowStart.exec(line)?.[1];

/** The row's own JSON text: numbers in it stay as PostgreSQL wrote them. */
export const rowText = (line: string): string => line.slice(rowStart.exec(line)?.[0].length ?? 0, -1);
