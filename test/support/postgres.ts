import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openStore, type Store } from '../../platform/database/open.ts';
import { databaseUrlOf, testServers } from './servers.ts';

/** Of one test file: as many databases as it wants, on the server that all of a run share. */
export interface TestServer {
  /** Migrated, unless `empty`. Closed with the server, or before. */
  database(o?: { empty?: boolean }): Promise<Store & { url: string }>;
  /** An empty data folder. */
  dir: string;
  root: Store;
  stop(): Promise<void>;
}

/** Starting a server costs seconds in each file, a copy of a database that is migrated already a fraction of one. */
export async function startPostgres(): Promise<TestServer> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gantry-test-'));
  const { databaseUrl, databaseTemplate } = testServers();
  const root = await openStore({ url: databaseUrl });
  const closers: (() => Promise<void>)[] = [];
  return {
    dir,
    root,
    database: async ({ empty = false } = {}) => {
      const name = `t${randomUUID().replaceAll('-', '')}`;
      await root.pool.query(`create database ${name}${empty ? '' : ` template ${databaseTemplate}`}`);
      const url = databaseUrlOf(databaseUrl, name);
      const store = await openStore({ url });
      let closed: Promise<void> | undefined;
      const close = async (): Promise<void> => (closed ??= store.close());
      closers.push(close);
      return { ...store, close, url };
    },
    stop: async () => {
      await Promise.all(closers.map((close) => close()));
      await root.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
