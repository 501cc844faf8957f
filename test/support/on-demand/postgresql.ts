import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries, runnerFor } from '../../../platform/database/binaries.ts';
import { startServer, type ServerProcess } from './server-process.ts';

/** A PostgreSQL as it is run for others: over TCP on loopback, and nobody gets in without a password. */
export async function startPostgresql(o: {
  dir: string;
  port: number;
  user: string;
  password: string;
}): Promise<ServerProcess> {
  const binaries = findBinaries();
  const data = join(o.dir, 'postgresql');
  const sockets = join(o.dir, 'postgresql-sockets');
  const passwordFile = join(o.dir, 'postgresql-password');
  mkdirSync(data, { mode: 0o700 });
  mkdirSync(sockets);
  writeFileSync(passwordFile, o.password);
  const { ids, wrap } = runnerFor(binaries, o.dir);
  const { uid, gid } = ids;
  if (uid !== undefined && gid !== undefined)
    for (const path of [data, sockets, passwordFile]) chownSync(path, uid, gid);
  const made = spawnSync(
    ...wrap(join(binaries, 'initdb'), [
      ...['-D', data, '-U', o.user, `--pwfile=${passwordFile}`, '-A', 'scram-sha-256'],
      ...['-E', 'UTF8', '--no-locale'],
    ]),
    { ...ids, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const { user, password, port } = o;
  const [program, args] = wrap(join(binaries, 'postgres'), [
    ...['-D', data, '-k', sockets, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
    ...['-c', 'max_connections=200', '-c', 'shared_buffers=64MB'],
  ]);
  return startServer({
    ...{ program, args, ids },
    logFile: join(o.dir, 'postgresql.log'),
    stopBy: 'SIGINT',
    answers: async () => {
      const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres' });
      client.on('error', () => undefined);
      await client.connect();
      await client.end();
      return true;
    },
  });
}
