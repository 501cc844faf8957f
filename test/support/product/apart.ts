import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessSchema } from '../../../domain/policy/policy.schema.ts';
import { applyPolicyFile } from '../../../cli/up/apply-policy-file.ts';
import { firstAdmin } from '../../../api/auth/people.ts';
import { migrate } from '../../../platform/database/migrate.ts';
import { openStore, type Store } from '../../../platform/database/open.ts';
import { claimPort } from '../../../platform/ports.ts';
import { currentPolicy } from '../../../platform/record/policies.ts';
import { createToken } from '../../../platform/record/tokens.ts';
import { connectTemporal } from '../../../platform/temporal/connect.ts';
import { startDevServer, type DevServer } from '../../../platform/temporal/dev-server.ts';
import { findTemporalCli } from '../../../platform/temporal/find-cli.ts';
import { ensureSearchAttributes } from '../../../platform/temporal/search-attributes.ts';
import { searchAttributes } from '../../../workflows/contract.ts';
import { descendants, gantryProcess } from '../gantry-process.ts';
import { catchMail, type MailCatcher } from '../mail-catcher.ts';
import type { ProductPlace, RunningParts } from '../product.ts';
import { until } from '../until.ts';

/** The servers that a product running apart stands on; each can be away for a while. */
export interface Servers {
  mail: MailCatcher;
  temporal: {
    address: string;
    /** kill -9; it stays away until `start`, which goes on with the same file on the same port. */
    kill(): Promise<void>;
    start(): Promise<void>;
    /** Once the engine itself knows what this workflow waits for: a worker killed then leaves nothing half done. */
    atRest(workflowId: string): Promise<void>;
  };
  database: {
    /** For what a test plants or reads directly in the record. */
    store: Store;
    /** kill -9 of the server; whoever keeps it running starts it again at once. */
    kill(): void;
    /** Answers nothing, with all connections open, until `thaw`. */
    freeze(): void;
    thaw(): void;
  };
}

type Closing = () => Promise<unknown>;
const silent = { warn: () => undefined };

/** `gantry api` and `gantry worker` as processes of their own, with everything they need around them. */
export async function startApart(place: ProductPlace): Promise<RunningParts> {
  const opened: Closing[] = [];
  const stop = async () => {
    for (let close = opened.pop(); close; close = opened.pop()) await close();
  };
  try {
    return { ...(await start(place, (close) => opened.push(close))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  place: ProductPlace,
  closing: (close: Closing) => void,
): Promise<Omit<RunningParts, 'stop'>> {
  const { dir } = place;
  const [opened, kept, caught] = await Promise.allSettled([
    openStore({ dir: join(dir, 'record') }),
    keepTemporal(dir),
    catchMail(),
  ]);
  // Each that has started is closed again, also where another one has not.
  if (caught.status === 'fulfilled') closing(caught.value.goAway);
  if (kept.status === 'fulfilled') closing(kept.value.kill);
  if (opened.status === 'fulfilled')
    closing(async () => {
      databaseOf(opened.value, dir).thaw();
      await opened.value.close();
    });
  const [store, temporal, mail] = [valueOf(opened), valueOf(kept), valueOf(caught)];
  await migrate(store);
  await applyPolicyFile(store, join(dir, 'gantry.yaml'));
  const env = {
    DATABASE_URL: `postgresql://gantry@/postgres?host=${encodeURIComponent(String(store.connection.host))}`,
    TEMPORAL_ADDRESS: temporal.address,
    SMTP_URL: mail.url,
    PUBLIC_URL: place.url,
    GANTRY_PORT: String(place.port),
    GANTRY_SECRET: 'a secret of forty characters for one test',
    GANTRY_DATA_DIR: join(dir, 'runs'),
    ...place.env,
  };
  const part = (name: string, ready: string) =>
    gantryProcess({ main: place.main, args: [name], cwd: dir, env, ready });
  const api = part('api', '"msg":"ready"');
  const worker = part('worker', 'the worker polls for work');
  closing(api.stop);
  closing(worker.stop);
  await Promise.all([api.start(), worker.start()]);
  return {
    token: await adminToken(store),
    processes: { api, worker },
    servers: { mail, temporal, database: databaseOf(store, dir) },
    mails: () => mail.mails,
  };
}

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

async function keepTemporal(dir: string): Promise<Servers['temporal']> {
  const { path: cliPath } = await findTemporalCli();
  const port = await claimPort({ port: 0, host: '127.0.0.1', use: 'a test', flag: 'temporal-port' });
  let running: { server: DevServer; pid: number } | undefined;
  const start = async () => {
    let pid = 0;
    const server = await startDevServer({
      ...{ cliPath, port, log: silent, started: (one: number) => (pid = one) },
      file: join(dir, 'temporal.db'),
      logFile: join(dir, 'temporal.log'),
    });
    running = { server, pid };
    return server.address;
  };
  const address = await start();
  const connect = () => connectTemporal({ temporal: { address, namespace: 'default', env: {} } });
  const { connection, close } = await connect();
  await ensureSearchAttributes(connection, 'default', Object.values(searchAttributes));
  await close();
  return {
    address,
    async atRest(workflowId) {
      const { client, close: hangUp } = await connect();
      const isResting = async () => {
        const { raw } = await client.workflow.getHandle(workflowId).describe();
        return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
      };
      await until(`${workflowId} to be at rest`, isResting).finally(hangUp);
    },
    start: async () => void (await start()),
    async kill() {
      if (!running) return;
      const { server, pid } = running;
      running = undefined;
      const stopped = server.stop(); // first: it would be started again
      process.kill(pid, 'SIGKILL');
      await stopped;
    },
  };
}

function databaseOf(store: Store, dir: string): Servers['database'] {
  const pids = () =>
    descendants(Number(readFileSync(join(dir, 'record/postgres/postmaster.pid'), 'utf8').split('\n')[0]));
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids()) process.kill(pid, name);
  };
  return {
    store,
    kill: () => signal('SIGKILL'),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  };
}

/** A token of everything for the first administrator of the policy in force. */
export async function adminToken(store: Store): Promise<string> {
  const owner = firstAdmin((await currentPolicy(store.db))?.policy);
  const by = { id: owner, kind: 'person' } as const;
  const { text } = await createToken(store.db, {
    ...{ name: 'test', access: AccessSchema.options, by },
    owner,
    at: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  return text;
}
