import { Command } from 'commander';
import { unaskedYes } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

export const retryCommand = (cli: Cli): Command =>
  new Command('retry')
    .summary('run failed checks again')
    .description('Run checks again: all that have not passed, or the one named.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--check <check>', 'only this check')
    .option('--reason <text>', 'why it may pass now')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry release retry shop@1.4.0 --check unit')
    .action(
      acting(cli, (session, command) => {
        const { check, reason } = command.opts<{ check?: string; reason?: string }>();
        return steer(session, command.args[0] ?? '', {
          command: 'retry-check',
          body: { ...(check === undefined ? {} : { check }), ...(reason === undefined ? {} : { reason }) },
        });
      }),
    );
