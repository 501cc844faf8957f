import { Command } from 'commander';
import { unaskedYes } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

export const pauseCommand = (cli: Cli): Command =>
  new Command('pause')
    .summary('hold it where it is')
    .description('Hold a release where it is until somebody resumes it. What is deployed stays.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--reason <text>', 'why, for everybody who sees the hold')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry release pause shop@1.4.0 --reason "orders look odd"')
    .action(
      acting(cli, (session, command) => {
        const { reason } = command.opts<{ reason?: string }>();
        return steer(session, command.args[0] ?? '', {
          command: 'pause',
          body: { ...(reason === undefined ? {} : { reason }) },
        });
      }),
    );
