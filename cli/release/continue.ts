import { Command } from 'commander';
import { reasonFor, unaskedYes } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

interface Options {
  service?: string;
  reason?: string;
}

export const continueCommand = (cli: Cli): Command =>
  new Command('continue')
    .summary('go on although an analysis did not pass')
    .description(
      'Go on at the next step although an analysis could not tell, or failed where the policy asks people. It counts for this step alone.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--service <service>', 'only this component')
    .option('--reason <text>', 'why (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release continue shop@1.4.0 --reason "the dashboard is down, the logs are clean"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { service, reason: given } = command.opts<Options>();
        const reason = await reasonFor(session, given, '--reason');
        const body = { reason, ...(service === undefined ? {} : { service }) };
        return steer(session, command.args[0] ?? '', { command: 'continue', body, onlyIfUnchanged: true });
      }),
    );
