import { readConfig } from '../platform/config.ts';
import { GantryError } from '../platform/errors.ts';
import { createLogger } from '../platform/logger.ts';
import { createCleanUp } from './up/clean-up.ts';
import { untilStopped } from './up/until-stopped.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/**
 * Runs a runner until a signal. It opens nothing but its connection to the engine: no database, no keys, no mail.
 * @throws GantryError CONFIGURATION_INVALID
 */
export async function runRunnerApart(name: string, dir: string): Promise<void> {
  if (!NAME.test(name))
    throw new GantryError('CONFIGURATION_INVALID', {
      detail: `"${name}" cannot be the name of a runner: it is written as in gantry.yaml, such as eu`,
    });
  const config = readConfig();
  const log = createLogger({ level: config.logLevel, part: 'runner' });
  const cleanUp = createCleanUp(log);
  const stopped = untilStopped(() => process.exit(130));
  try {
    const { startRunner } = await import('../worker/runner.ts');
    cleanUp.add('runner', startRunner({ name, dir, config, log }).close);
    log.info('ready');
    await stopped;
    log.info('stopping');
  } finally {
    await cleanUp.run();
  }
}
