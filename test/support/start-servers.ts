import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../platform/database/migrate.ts';
import { openStore, type Store } from '../../platform/database/open.ts';
import { claimPort } from '../../platform/ports.ts';
import { connectTemporal } from '../../platform/temporal/connect.ts';
import { startDevServer } from '../../platform/temporal/dev-server.ts';
import { findTemporalCli } from '../../platform/temporal/find-cli.ts';
import { ensureSearchAttributes } from '../../platform/temporal/search-attributes.ts';
import { bundleWorkflows } from '../../worker/workflow-bundle.ts';
import { searchAttributes } from '../../workflows/contract.ts';
import { databaseUrlOf } from './servers.ts';

declare global {
  /** Jest runs setup and teardown in one process, and gives them nothing else to share. */
  var gantryTestServers: { stop: () => Promise<void> } | undefined;
}

const silent = { warn: () => undefined };
const workflows = fileURLToPath(new URL('../../workflows', import.meta.url));

/** One Temporal server in memory whose clocks tests can move, one PostgreSQL, and the workflow code bundled once. */
export async function startTestServers(): Promise<{ stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-servers-'));
  const [temporal, store] = await Promise.all([startTemporal(dir), openHurried(dir), bundle(dir)]);
  await migrate(store);
  process.env['TEST_TEMPORAL_ADDRESS'] = temporal.address;
  const url = `postgresql://gantry@/postgres?host=${encodeURIComponent(String(store.connection.host))}`;
  process.env['TEST_DATABASE_URL'] = url;
  process.env['TEST_DATABASE_TEMPLATE'] = await makeTemplate(store, url);
  process.env['TEST_WORKFLOW_BUNDLE'] = bundleFile(dir);
  return {
    async stop() {
      await Promise.all([temporal.stop(), store.close()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Nothing here has to outlive a power cut: without waiting for the disk every test is quicker. All files of a run share the server, each with
 * many databases, and connections that are used no more end only after seconds: the hundred that it has by itself have been too few.
 */
async function openHurried(dir: string): Promise<Store> {
  const first = await openStore({ dir });
  const settings = {
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    max_connections: '500',
  };
  for (const [setting, value] of Object.entries(settings))
    await first.pool.query(`alter system set ${setting} = ${value}`);
  await first.close(); // the number of connections is read at a start
  return openStore({ dir });
}

/** A migrated database that nobody opens: as long as it is open it cannot be copied. */
async function makeTemplate(store: Store, url: string): Promise<string> {
  const name = 'gantry_template';
  await store.pool.query(`create database ${name}`);
  const template = await openStore({ url: databaseUrlOf(url, name) });
  await migrate(template);
  await template.close();
  return name;
}

const bundleFile = (dir: string): string => join(dir, 'workflow-bundle.js');

async function startTemporal(dir: string) {
  const { path } = await findTemporalCli();
  const port = await claimPort({ port: 0, host: '127.0.0.1', use: 'tests', flag: 'temporal-port' });
  const server = await startDevServer({
    ...{ cliPath: path, port, timeSkipping: true, marksFailingAfter: 1 },
    ...{ logFile: join(dir, 'temporal.log'), log: silent },
  });
  const { connection, close } = await connectTemporal({
    temporal: { address: server.address, namespace: 'default', env: {} },
  });
  await ensureSearchAttributes(connection, 'default', Object.values(searchAttributes));
  await close();
  return server;
}

async function bundle(dir: string): Promise<void> {
  await writeFile(bundleFile(dir), await bundleWorkflows(workflows));
}
