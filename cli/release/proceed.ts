import { Command } from 'commander';
import { reasonFor, unaskedYes } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

export const proceedCommand = (cli: Cli): Command =>
  new Command('proceed')
    .summary('start although it may not fit')
    .description(
      'Start a release although it may not be through before the calendar shuts, where its gate asks for that.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--reason <text>', 'why (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release proceed shop@1.4.0 --reason "it took ten minutes the last three times"',
    )
    .action(
      acting(cli, async (session, command) => {
        const reason = await reasonFor(session, command.opts<{ reason?: string }>().reason, '--reason');
        return steer(session, command.args[0] ?? '', { command: 'proceed', body: { reason } });
      }),
    );
