import { Command } from 'commander';
import { runApart } from './apart.ts';

/** `gantry api`: pages and API by themselves; the engine, the database and workers run elsewhere. */
export const apiCommand = (): Command =>
  new Command('api')
    .description('Run the API and its pages alone, until SIGTERM. Settings come from the environment.')
    .addHelpText(
      'after',
      '\nExample:\n  DATABASE_URL=… GANTRY_SECRET=… PUBLIC_URL=… TEMPORAL_ADDRESS=… gantry api',
    )
    .action(async () =>
      runApart('api', ['DATABASE_URL', 'GANTRY_SECRET', 'PUBLIC_URL'], async (deps) => {
        const { startApi } = await import('../api/server.ts');
        return startApi({ ...deps, inbox: false });
      }),
    );
