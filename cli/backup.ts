import { Command } from 'commander';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { makeBackup } from '../platform/backup/make-backup.ts';
import { restoreBackup } from '../platform/backup/restore-backup.ts';
import { readConfig, type Config } from '../platform/config.ts';
import { hasServed } from '../platform/temporal/half-made.ts';
import { lockData } from '../platform/data-lock.ts';
import { migrate } from '../platform/database/migrate.ts';
import { openStore, type Store } from '../platform/database/open.ts';
import { GantryError } from '../platform/errors.ts';
import { makePrivateFolder } from '../platform/private-folder.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { acting, type Cli, type Session } from './session.ts';

export const backupCommand = (cli: Cli): Command =>
  new Command('backup')
    .description('Save the whole record in one new file. Gantry may go on running.')
    .argument('<file>')
    .option('--with-engine', 'also the embedded engine’s file; Gantry must be stopped')
    .addHelpText('after', '\nExample:\n  gantry backup gantry-2026-06-01.backup')
    .action(
      acting(cli, (session, command) =>
        backup(session, command.args[0] ?? '', command.opts<{ withEngine?: boolean }>()),
      ),
    );

export const restoreCommand = (cli: Cli): Command =>
  new Command('restore')
    .description('Fill an empty data folder or database with a backup, and verify its audit log.')
    .argument('<file>')
    .requiredOption('--into <place>', 'data folder, or address of an empty database')
    .addHelpText('after', '\nExample:\n  gantry restore gantry-2026-06-01.backup --into .gantry')
    .action(
      acting(cli, (session, command) =>
        restore(session, command.args[0] ?? '', command.opts<{ into: string }>().into),
      ),
    );

async function backup(session: Session, file: string, o: { withEngine?: boolean }): Promise<ExitCode> {
  const config = readConfig(session.io.env);
  const engine = o.withEngine ? engineFiles(config) : [];
  // Held until the copy is made: an engine that starts meanwhile would write into the file that is read.
  const lock = o.withEngine ? await lockData(config.dataDir) : undefined;
  try {
    const store = await openStore(
      config.databaseUrl === undefined ? { dir: config.dataDir } : { url: config.databaseUrl },
    );
    const header = await closing(store, async () => {
      await migrate(store);
      return makeBackup(store, { file: path.resolve(session.io.cwd, file), engine });
    });
    const rows = header.tables.reduce((sum, table) => sum + table.rows, 0);
    report(session, { file, ...header }, `${rows} rows of ${store.describe} are saved in ${file}.`);
    return exitCode.done;
  } finally {
    lock?.release();
  }
}

/** The engine's database with its write-ahead log, and the version that wrote it. */
function engineFiles(config: Config): string[] {
  const files = ['temporal.db', 'temporal.db-wal', 'temporal.version'].map((name) =>
    path.join(config.dataDir, name),
  );
  const there = files.filter((file) => existsSync(file));
  if (there.length === 0)
    throw new GantryError('USAGE', {
      command: 'backup',
      detail: `there is no embedded engine in ${config.dataDir}`,
    });
  return there;
}

async function restore(session: Session, file: string, into: string): Promise<ExitCode> {
  const isAddress = /^postgres(ql)?:\/\//.test(into);
  const dir = path.resolve(session.io.cwd, into);
  if (!isAddress) prepareFolder(dir);
  const lock = isAddress ? undefined : await lockData(dir);
  try {
    const store = await openStore(isAddress ? { url: into } : { dir });
    const source = path.resolve(session.io.cwd, file);
    const { header, audit } = await closing(store, () =>
      restoreBackup(store, { file: source, ...(isAddress ? {} : { engineDir: dir }) }),
    );
    if (!isAddress) hasServed(dir); // what was restored is whole
    const said = audit.firstBroken
      ? `broken at entry ${audit.firstBroken.seq}: ${audit.firstBroken.because}`
      : `valid, ${audit.entries} entries`;
    report(
      session,
      { madeAt: header.madeAt, audit },
      `The backup of ${session.output.time(header.madeAt)} is in ${store.describe}. Its audit log is ${said}.`,
    );
    return audit.valid ? exitCode.done : exitCode.bad;
  } finally {
    lock?.release();
  }
}

function prepareFolder(dir: string): void {
  if (existsSync(path.join(dir, 'temporal.db')))
    throw new GantryError('BACKUP_TARGET_NOT_EMPTY', { target: dir });
  makePrivateFolder(dir);
}

async function closing<T>(store: Store, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await store.close();
  }
}

function report({ output }: Session, document: unknown, sentence: string): void {
  if (output.json) output.document(document);
  else if (!output.quiet) output.line(sentence);
}
