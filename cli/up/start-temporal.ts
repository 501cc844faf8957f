import { join } from 'node:path';
import type { Config } from '../../platform/config.ts';
import type { DataLock } from '../../platform/data-lock.ts';
import { GantryError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { connectTemporal, type TemporalConnection } from '../../platform/temporal/connect.ts';
import { startDevServer, type DevServer } from '../../platform/temporal/dev-server.ts';
import { findTemporalCli } from '../../platform/temporal/find-cli.ts';
import { beforeFirstStart, hasServed } from '../../platform/temporal/half-made.ts';
import { keepHistories } from '../../platform/temporal/namespace.ts';
import { ensureSearchAttributes } from '../../platform/temporal/search-attributes.ts';
import { engineFile, engineWrittenBy, markEngine } from '../../platform/temporal/version-mark.ts';
import { searchAttributes } from '../../workflows/contract.ts';

const historyDays = 30;

/** Starts the development server in the data folder, or nothing where another server is configured. */
export async function startTemporal(
  config: Config,
  { lock, log, say }: { lock: DataLock; log: Logger; say: (sentence: string) => void },
): Promise<DevServer | undefined> {
  if (config.temporal.address !== undefined) return undefined;
  const { cliPath } = config.temporal;
  const version = engineWrittenBy(config.dataDir);
  const cli = await findTemporalCli({
    ...(cliPath === undefined ? {} : { cliPath }),
    ...(version === undefined ? {} : { version }),
    say,
  });
  markEngine(config.dataDir, cli.version);
  beforeFirstStart(config.dataDir);
  const server = await startDevServer({
    cliPath: cli.path,
    port: config.temporalPort,
    uiPort: config.uiPort,
    file: engineFile(config.dataDir),
    timeSkipping: config.timeSkipping,
    logFile: join(config.dataDir, 'temporal.log'),
    log,
    started: (pid) => lock.noteChild('temporal', pid),
  });
  hasServed(config.dataDir);
  return server;
}

/**
 * Connects, and readies the namespace; how long another's server keeps histories is for its operator to say.
 * @throws GantryError SEARCH_ATTRIBUTES_MISSING
 */
export async function openEngine(config: Config, isOurs: boolean): Promise<TemporalConnection> {
  const temporal = await connectTemporal(config);
  const { namespace } = config.temporal;
  await ensureSearchAttributes(temporal.connection, namespace, Object.values(searchAttributes)).catch(
    (error: unknown) => {
      // another's server may be away: the worker waits for it
      if (isOurs || error instanceof GantryError) throw error;
    },
  );
  if (!isOurs) return temporal;
  await keepHistories(temporal.connection, namespace, historyDays);
  return temporal;
}
