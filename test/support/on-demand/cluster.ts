import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployByHand } from '../../../scripts/demo/processes.ts';
import { setStage, type DemoStage } from '../../../scripts/demo/stage.ts';
import { startTraffic, type Traffic } from '../../../scripts/demo/traffic.ts';
import { openStore, type Store } from '../../../platform/database/open.ts';
import { connectTemporal } from '../../../platform/temporal/connect.ts';
import { builtGantry } from '../built-gantry.ts';
import { gantryProcess, type GantryProcess } from '../gantry-process.ts';
import { catchMail, type MailCatcher } from '../mail-catcher.ts';
import { apiCaller, type ApiCaller } from '../product/api-caller.ts';
import { adminToken } from '../product/apart.ts';
import { commandLine, type CliEnd } from '../product/command-line.ts';
import { startBalancer } from './balancer.ts';
import { composeEnvironment, composeScript, type ComposePlace } from './compose.ts';
import { makeCertificates, makeKeys } from './credentials.ts';
import { freePorts } from '../../../platform/free-ports.ts';
import { startPostgresql } from './postgresql.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';

/** An installation of many: the servers of production, two APIs behind one address, and two workers. */
export interface Cluster {
  /** Where the demo's shop lies and runs. */
  stage: DemoStage;
  traffic: Traffic;
  temporal: TemporalServer;
  store: Store;
  mail: MailCatcher;
  apis: { url: string; process: GantryProcess }[];
  workers: GantryProcess[];
  /** Asks whichever API is there. */
  call: ApiCaller;
  /** Another part in another namespace, with these permissions at the server; ends with the cluster. */
  part(o: { name: 'api' | 'worker'; namespace: string; permissions: string[]; ready: string }): {
    process: GantryProcess;
    url: string;
  };
  /** What a worker is told by its environment. */
  settings: Readonly<Record<string, string>>;
  /** `gantry doctor` with these settings, and others over them. */
  doctor(over?: Readonly<Record<string, string>>): Promise<CliEnd>;
  /** Who runs this workflow now, as the engine remembers it. */
  keeperOf(workflowId: string): Promise<GantryProcess>;
  stop(): Promise<void>;
}

const running = { payments: '2.0.0', shop: '1.3.0' } as const;
/** What Gantry needs in a namespace: nothing at the server itself. */
export const mayUse = (namespace: string): string[] =>
  ['read', 'write', 'worker'].map((may) => `${namespace}:${may}`);

/** Starts all of it; ready when it returns. Each step says how long it took. */
export async function startCluster(say: (sentence: string) => void): Promise<Cluster> {
  const opened: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (let close = opened.pop(); close; close = opened.pop()) await close().catch(() => undefined);
  };
  try {
    return { ...(await start((close) => opened.push(close), say)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  closing: (close: () => Promise<unknown>) => void,
  say: (sentence: string) => void,
): Promise<Omit<Cluster, 'stop'>> {
  const timed = async <Result>(what: string, act: () => Result | Promise<Result>): Promise<Result> => {
    const from = Date.now();
    const result = await act();
    say(`${what}: ${((Date.now() - from) / 1000).toFixed(1)} s`);
    return result;
  };
  const dir = await mkdtemp(join(tmpdir(), 'gantry-cluster-'));
  await chmod(dir, 0o755); // PostgreSQL may run as another user and must get in
  closing(() => rm(dir, { recursive: true, force: true }));
  const [main, stage] = await Promise.all([builtGantry(), setStage({ withPrometheus: false })]);
  closing(() => rm(stage.home, { recursive: true, force: true }));
  const ports = await freePorts(['postgresql', 'first', 'second', 'third', 'fourth']);
  const mail = await catchMail();
  closing(mail.goAway);
  const apiPorts = [ports.first, ports.second];
  const balancer = await startBalancer(() => apiPorts);
  closing(balancer.close);
  const secret = () => randomBytes(24).toString('hex');
  const publicUrl = `http://127.0.0.1:${balancer.port}`;
  const place: ComposePlace = {
    env: {
      ...{ TEMPORAL_DB_PASSWORD: secret(), GANTRY_DB_PASSWORD: secret(), GANTRY_SECRET: secret() },
      ...{ PUBLIC_URL: publicUrl, SMTP_URL: mail.url },
      GANTRY_OUTGOING_ALLOW: [stage.ports.staging, stage.ports.production]
        .map((port) => `127.0.0.1:${port}`)
        .join(','),
    },
    addresses: { 'postgresql:5432': `127.0.0.1:${ports.postgresql}` },
  };

  await timed('PostgreSQL, by create-gantry-database.sh', async () => {
    const { POSTGRES_USER = '', POSTGRES_PASSWORD = '', ...others } = composeEnvironment('postgresql', place);
    const server = await startPostgresql({
      ...{ dir, port: ports.postgresql, user: POSTGRES_USER, password: POSTGRES_PASSWORD },
    });
    closing(server.stop);
    composeScript('create-gantry-database.sh', {
      ...{ ...others, POSTGRES_USER, PGPASSWORD: POSTGRES_PASSWORD },
      ...{ PGHOST: '127.0.0.1', PGPORT: String(ports.postgresql) },
    });
  });
  const temporal = await timed('Temporal’s schema and server, by temporal-schema.sh', async () =>
    startTemporalServer({
      ...{ dir, place, databasePort: ports.postgresql },
      ...{ certificates: makeCertificates(dir), keys: makeKeys(dir) },
    }),
  );
  closing(temporal.stop);
  await timed('the namespace, by temporal-namespace.sh', () => temporal.makeNamespace('default'));

  const traffic = await timed('the shop', async () => startShop(stage, closing));
  const part = (
    name: 'api' | 'worker',
    o: { ready: string; permissions: string[]; namespace?: string; port?: number; database?: string },
  ): GantryProcess => {
    const settings: Record<string, string> = {
      ...composeEnvironment(name, place),
      ...temporal.clientEnv(...o.permissions),
      ...(o.namespace === undefined ? {} : { TEMPORAL_NAMESPACE: o.namespace }),
      ...(o.port === undefined ? {} : { GANTRY_PORT: String(o.port) }),
      GANTRY_POLICY: stage.policyFile,
      GANTRY_DATA_DIR: join(dir, 'runs'),
    };
    const process = gantryProcess({ main, args: [name], cwd: stage.home, env: settings, ready: o.ready });
    closing(process.stop);
    return process;
  };
  const permissions = mayUse('default');
  const apis = apiPorts.map((port) => ({
    url: `http://127.0.0.1:${port}`,
    process: part('api', { ready: '"msg":"ready"', permissions, port }),
  }));
  const workers = [1, 2].map(() => part('worker', { ready: 'the worker polls for work', permissions }));
  await timed('two APIs and two workers, all at once', async () =>
    Promise.all([...apis.map(({ process }) => process), ...workers].map(async (one) => one.start())),
  );

  const settings: Record<string, string> = {
    ...composeEnvironment('worker', place),
    ...temporal.clientEnv(...permissions),
    GANTRY_POLICY: stage.policyFile,
  };
  const store = await openStore({ url: settings['DATABASE_URL'] ?? '' });
  closing(store.close);
  const call = apiCaller(publicUrl, await adminToken(store));
  for (const [service, version] of Object.entries(running))
    for (const environment of ['staging', 'production'])
      await call('POST', '/v1/adoptions', { service, version, environment, reason: 'It ran before.' });
  const engine = await connectTemporal({
    temporal: { address: temporal.address, namespace: 'default', env: temporal.clientEnv(...permissions) },
  });
  closing(engine.close);
  let left = [ports.third, ports.fourth];
  return {
    ...{ stage, traffic, temporal, store, mail, apis, workers, call },
    settings,
    doctor: async (over = {}) =>
      commandLine(
        { main, dir: stage.home, port: 0, url: publicUrl, env: { ...settings, ...over } },
        '',
      )('doctor'),
    part: ({ name, ...o }) => {
      const [port, ...others] = left;
      left = others;
      return {
        process: part(name, { ...o, ...(port === undefined ? {} : { port }) }),
        url: `http://127.0.0.1:${port}`,
      };
    },
    async keeperOf(workflowId) {
      const { events = [] } = await engine.client.workflow.getHandle(workflowId).fetchHistory();
      const identity = (events ?? []).flatMap(
        ({ workflowTaskStartedEventAttributes: started }) => started?.identity ?? [],
      );
      const keeper = workers.find((worker) => worker.said().includes(`"${identity.at(-1)}"`));
      if (!keeper) throw new Error(`no worker calls itself ${identity.at(-1)}`);
      return keeper;
    },
  };
}

/** The services of the demo as they run before the release, and customers who go on buying. */
async function startShop(
  stage: DemoStage,
  closing: (close: () => Promise<unknown>) => void,
): Promise<Traffic> {
  for (const service of Object.keys(running)) closing(() => deployByHand(stage, service, '--stop-all'));
  for (const [service, version] of Object.entries(running))
    for (const environment of ['staging', 'production'])
      await deployByHand(stage, service, environment, version, '100');
  const traffic = startTraffic([
    { url: `http://127.0.0.1:${stage.ports.production}`, requestsPerSecond: 20, largestCart: 8 },
    { url: `http://127.0.0.1:${stage.ports.staging}`, requestsPerSecond: 2, largestCart: 1 },
  ]);
  closing(() => traffic.stop());
  return traffic;
}
