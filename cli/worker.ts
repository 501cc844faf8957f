import { resolve } from 'node:path';
import { Command } from 'commander';
import { runApart } from './apart.ts';
import { runRunnerApart } from './apart-runner.ts';

interface Flags {
  runner?: string;
  dir?: string;
}

/** `gantry worker`: runs releases; any number of them may run beside each other. With `--runner` it only works for some environments. */
export const workerCommand = (): Command =>
  new Command('worker')
    .description('Run a worker alone, until SIGTERM. Settings come from the environment.')
    .option(
      '--runner <name>',
      'only deploy, check and probe, for the environments whose `runner` this is; needs no database',
    )
    .option('--dir <folder>', 'with --runner: where the scripts lie that gantry.yaml names (default: here)')
    .addHelpText(
      'after',
      '\nExamples:\n  DATABASE_URL=… GANTRY_SECRET=… PUBLIC_URL=… SMTP_URL=… gantry worker\n  TEMPORAL_ADDRESS=… DEPLOY_TOKEN=… gantry worker --runner eu --dir /srv/deploy',
    )
    .action(async ({ runner, dir }: Flags) => {
      if (runner !== undefined) return runRunnerApart(runner, resolve(dir ?? '.'));
      return runApart('worker', ['DATABASE_URL', 'GANTRY_SECRET', 'PUBLIC_URL', 'SMTP_URL'], async (deps) => {
        const { startWorker } = await import('../worker/main.ts');
        return startWorker(deps);
      });
    });
