import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { migrate } from '../../platform/database/migrate.ts';
import { openStore, type Store } from '../../platform/database/open.ts';

/** An embedded server of one test file, and as many databases on it as the file wants. */
export interface TestServer {
  /** Migrated, unless `empty`. Closed with the server. */
  database(o?: { empty?: boolean }): Promise<Store & { url: string }>;
  /** Data folder: `postgres/` lies in it. */
  dir: string;
  root: Store;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<TestServer> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'gantry-test-'));
  const root = await openStore({ dir });
  const opened: Store[] = [];
  return {
    dir,
    root,
    database: async ({ empty = false } = {}) => {
      const name = `t${randomUUID().replaceAll('-', '')}`;
      await root.pool.query(`create database ${name}`);
      const url = `postgresql://gantry@/${name}?host=${encodeURIComponent(String(root.connection.host))}`;
      const store = await openStore({ url });
      opened.push(store);
      if (!empty) await migrate(store);
      return { ...store, url };
    },
    stop: async () => {
      await Promise.all(opened.map((store) => store.close()));
      await root.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
