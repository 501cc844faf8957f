import { join } from 'node:path';
import { readConfig, urlHost, type Config } from '../../platform/config.ts';
import type { Environment, Flags } from '../../platform/config/read-settings.ts';
import { lockData, type DataLock } from '../../platform/data-lock.ts';
import { migrate } from '../../platform/database/migrate.ts';
import { openStore } from '../../platform/database/open.ts';
import { refuseFullDisk } from '../../platform/disk.ts';
import { openInbox } from '../../platform/inbox.ts';
import { createLogger, type Logger } from '../../platform/logger.ts';
import { makePrivateFolder } from '../../platform/private-folder.ts';
import { collectWhenQuiet } from '../../platform/quiet-collection.ts';
import { currentPolicy } from '../../platform/record/policies.ts';
import { openSecrets } from '../../platform/secrets.ts';
import { applyPolicyFile, type PolicyStart } from './apply-policy-file.ts';
import { choosePorts } from './choose-ports.ts';
import { createCleanUp, type CleanUp } from './clean-up.ts';
import { adminLink, leaveLocalAccess } from './local-access.ts';
import { openEngine, startTemporal } from './start-temporal.ts';

/** What runs, and where; the banner is made of it. */
export interface Everything {
  config: Config;
  signInLink: string;
  policy: PolicyStart;
  database: string;
  temporalAddress: string;
  temporalUi?: string;
  /** Left out where mail goes to a mail server. */
  inbox?: string;
  stop: () => Promise<void>;
}

interface Start {
  env: Environment;
  flags: Flags;
  say: (sentence: string) => void;
}

interface Parts {
  config: Config;
  lock: DataLock;
  log: Logger;
  cleanUp: CleanUp;
  say: (sentence: string) => void;
}

/**
 * Starts all parts in this process, and two servers as its children (docs/adr/0001-one-process-for-up.md). What was opened
 * is closed again, last first, when a later part fails: HTTP, worker, connections, Temporal, PostgreSQL, lock.
 */
export async function startEverything({ env, flags, say }: Start): Promise<Everything> {
  const { dataDir, logLevel } = readConfig(env, flags);
  makePrivateFolder(dataDir);
  say('Taking the data folder');
  const lock = await lockData(dataDir);
  const log = createLogger({ level: logLevel, part: 'up', file: join(dataDir, 'gantry.log') });
  const cleanUp = createCleanUp(log);
  cleanUp.add('lock', async () => lock.release());
  try {
    await refuseFullDisk(dataDir);
    const config = await choosePorts(env, flags);
    return await startParts({ config, lock, log, cleanUp, say });
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
}

async function startParts({ config: chosen, lock, log, cleanUp, say }: Parts): Promise<Everything> {
  const secrets = openSecrets(chosen);
  say('Starting PostgreSQL and Temporal');
  const modules = loadParts();
  const [opened, started] = await Promise.allSettled([
    openStore({
      ...(chosen.databaseUrl === undefined ? { dir: chosen.dataDir } : { url: chosen.databaseUrl }),
      log,
    }),
    startTemporal(chosen, { lock, log, say }),
  ]);
  if (opened.status === 'fulfilled') cleanUp.add('database', async () => opened.value.close());
  if (started.status === 'fulfilled') cleanUp.add('temporal', async () => started.value?.stop());
  const store = valueOf(opened);
  const server = valueOf(started);

  say('Bringing the database up to date');
  await migrate(store);
  const policy = await applyPolicyFile(store, chosen.policyFile, {
    hasProvider: chosen.oidc !== undefined,
  });
  const inbox =
    chosen.smtpUrl === undefined ? await openInbox({ store, log, port: chosen.smtpPort }) : undefined;
  if (inbox) cleanUp.add('inbox', async () => inbox.close());
  const config = withServers(chosen, server?.address, inbox?.smtpUrl);
  const temporal = await openEngine(config, server !== undefined);
  cleanUp.add('temporal connection', temporal.close);

  cleanUp.add('collection', collectWhenQuiet());
  say('Starting the worker and the API');
  const { startApi, firstAdmin, startWorker, mailPreviews } = await modules;
  const deps = { config, store, secrets, log, temporal };
  const worker = await startWorker(deps);
  cleanUp.add('worker', worker.close);
  await worker.polling;
  const url = `http://${urlHost(config.host)}:${config.port}`;
  const accessFor = (admin: string) => ({
    db: store.db,
    dataDir: config.dataDir,
    url,
    admin,
    now: new Date(),
  });
  const api = await startApi({
    ...deps,
    inbox: true,
    mailExpected: worker.mailExpected,
    previews: () => mailPreviews(config.publicUrl),
    handOver: async (person) => leaveLocalAccess(accessFor(person)),
  });
  cleanUp.add('api', async () => api.close());

  const access = accessFor(firstAdmin((await currentPolicy(store.db))?.policy));
  await leaveLocalAccess(access);
  return {
    config,
    policy,
    signInLink: await adminLink(access, config.publicUrl),
    database: store.describe,
    temporalAddress: config.temporal.address ?? 'TEMPORAL_CONFIG_FILE',
    ...(server?.uiUrl === undefined ? {} : { temporalUi: server.uiUrl }),
    ...(inbox ? { inbox: inbox.smtpUrl } : {}),
    stop: cleanUp.run,
  };
}

/** Loading them takes a second, in which the servers start. */
async function loadParts() {
  const [{ startApi }, { firstAdmin }, { startWorker }, { mailPreviews }] = await Promise.all([
    import('../../api/server.ts'),
    import('../../api/auth/people.ts'),
    import('../../worker/main.ts'),
    import('../../activities/notices/previews/previews.ts'),
  ]);
  return { startApi, firstAdmin, startWorker, mailPreviews };
}

function withServers(config: Config, address: string | undefined, smtpUrl: string | undefined): Config {
  return {
    ...config,
    ...(smtpUrl === undefined ? {} : { smtpUrl }),
    temporal: { ...config.temporal, ...(address === undefined ? {} : { address }) },
  };
}

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
