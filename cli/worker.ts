import { Command } from 'commander';
import { runApart } from './apart.ts';

/** `gantry worker`: runs releases; any number of them may run beside each other. */
export const workerCommand = (): Command =>
  new Command('worker')
    .description('Run a worker alone, until SIGTERM. Settings come from the environment.')
    .addHelpText(
      'after',
      '\nExample:\n  DATABASE_URL=… GANTRY_SECRET=… PUBLIC_URL=… SMTP_URL=… gantry worker',
    )
    .action(async () =>
      runApart('worker', ['DATABASE_URL', 'GANTRY_SECRET', 'PUBLIC_URL', 'SMTP_URL'], async (deps) => {
        const { startWorker } = await import('../worker/main.ts');
        return startWorker(deps);
      }),
    );
