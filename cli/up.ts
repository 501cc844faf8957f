import { Command } from 'commander';
import { readConfig } from '../platform/config.ts';
import { banner } from './up/banner.ts';
import { diskProblem } from './up/disk-problem.ts';
import { killChildren } from './up/kill-children.ts';
import { startProgress } from './up/say.ts';
import { startEverything } from './up/start-everything.ts';
import { untilStopped } from './up/until-stopped.ts';

/** `gantry up`: everything in one process tree, until Ctrl-C. */
export const upCommand = (): Command =>
  new Command('up')
    .description('Start everything here: pages, API, worker, inbox, Temporal and PostgreSQL, until Ctrl-C.')
    .option('--port <number>', 'port of pages and API (8640; 0: any free one)')
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--ui-port <number>', 'port of the Temporal UI (8641)')
    .option('--temporal-port <number>', 'port of the Temporal server (8642)')
    .option('--smtp-port <number>', 'port of the inbox (8643)')
    .option('--data <folder>', 'data folder (.gantry beside the policy file)')
    .option('--policy <file>', 'policy file (gantry.yaml)')
    .option('--log-level <level>', 'debug, info, warn, error or silent (info)')
    .addHelpText('after', '\nExample:\n  gantry up --port 9000 --data /srv/gantry')
    .action(async (options: Record<string, string | undefined>) => up(namedFlags(options)));

async function up(flags: Record<string, string | undefined>): Promise<void> {
  const startedAt = performance.now();
  const { dataDir } = readConfig(process.env, flags);
  const progress = startProgress((text) => void process.stderr.write(text));
  let isReady = false;
  const impatient = (): void => {
    process.stderr.write(
      '\nStopping at once. What was acknowledged is kept; the next start goes on from there.\n',
    );
    killChildren(dataDir);
    process.exit(130);
  };
  const stopped = untilStopped(impatient, () => {
    if (!isReady)
      progress.say(
        'It stops as soon as it has started, so that nothing is left half way (Ctrl-C again: at once)',
      );
  });
  const all = await startEverything({ env: process.env, flags, say: progress.say })
    .catch((error: unknown) => {
      throw diskProblem(error, dataDir);
    })
    .finally(progress.end);
  isReady = true;
  process.stdout.write(`${banner(all, performance.now() - startedAt).join('\n')}\n`);
  await stopped;
  progress.say('Stopping: requests, then the worker, then the servers (Ctrl-C again: at once)');
  await all.stop();
  progress.end();
  process.stderr.write('Stopped.\n');
}

/** Commander names options in camel case; the configuration knows them as they are typed. */
const namedFlags = (options: Record<string, string | undefined>): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value,
    ]),
  );
