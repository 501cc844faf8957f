import { settingTable, type SettingName } from '../platform/config/settings.ts';
import { readConfig, type Config } from '../platform/config.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import { openStore, type Store } from '../platform/database/open.ts';
import { migrate } from '../platform/database/migrate.ts';
import { GantryError } from '../platform/errors.ts';
import { openSecrets, type Secrets } from '../platform/secrets.ts';
import { collectWhenQuiet } from '../platform/quiet-collection.ts';
import { connectTemporal, type TemporalConnection } from '../platform/temporal/connect.ts';
import { createCleanUp, type CleanUp } from './up/clean-up.ts';
import { untilStopped } from './up/until-stopped.ts';

/** What a part is given when it runs by itself, against servers that others keep. */
export interface ApartDeps {
  config: Config;
  store: Store;
  secrets: Secrets;
  log: Logger;
  temporal: TemporalConnection;
}

const isSet: Record<
  'DATABASE_URL' | 'GANTRY_SECRET' | 'SMTP_URL' | 'PUBLIC_URL',
  (config: Config) => boolean
> = {
  DATABASE_URL: (config) => config.databaseUrl !== undefined,
  GANTRY_SECRET: (config) => config.secret !== undefined,
  SMTP_URL: (config) => config.smtpUrl !== undefined,
  PUBLIC_URL: () => process.env['PUBLIC_URL'] !== undefined || process.env['PUBLIC_URL_FILE'] !== undefined,
};

/** Runs one part until a signal: opens what it needs, starts it, and closes all in reverse order. */
export async function runApart(
  part: string,
  needs: (keyof typeof isSet)[],
  start: (deps: ApartDeps) => Promise<{ close: () => Promise<void> }>,
): Promise<void> {
  const config = readConfig();
  refuseMissing(
    part,
    needs.filter((name) => !isSet[name](config)),
  );
  const log = createLogger({ level: config.logLevel, part });
  const cleanUp = createCleanUp(log);
  const stopped = untilStopped(() => process.exit(130));
  try {
    const running = await start(await open(config, log, cleanUp));
    cleanUp.add(part, running.close);
    cleanUp.add('collection', collectWhenQuiet());
    log.info('ready');
    await stopped;
    log.info('stopping');
  } finally {
    await cleanUp.run();
  }
}

async function open(config: Config, log: Logger, cleanUp: CleanUp): Promise<ApartDeps> {
  const secrets = openSecrets(config);
  const store = await openStore({ url: config.databaseUrl ?? '', log });
  cleanUp.add('database', async () => store.close());
  await migrate(store);
  const temporal = await connectTemporal(config);
  cleanUp.add('temporal connection', temporal.close);
  return { config, store, secrets, log, temporal };
}

/** Apart, nothing may fall back to something local: two processes would silently work on different records or keys. */
function refuseMissing(part: string, names: readonly SettingName[]): void {
  if (names.length === 0) return;
  const errors = names.map((name) => ({
    pointer: name,
    code: 'CONFIGURATION_INVALID',
    detail: `${name} is not set; \`gantry ${part}\` needs it. ${settingTable[name].meaning}`,
    remedy: `Set ${name} or ${name}_FILE.`,
  }));
  throw new GantryError('CONFIGURATION_INVALID', { detail: `${names.join(', ')} must be set` }, { errors });
}
