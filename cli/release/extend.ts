import { Command } from 'commander';
import { reasonFor, unaskedYes } from '../confirm.ts';
import { durationFlag } from '../duration-flag.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

interface Options {
  by: number;
  service?: string;
  reason?: string;
}

export const extendCommand = (cli: Cli): Command =>
  new Command('extend')
    .summary('measure for longer before it goes on')
    .description(
      'Let a release whose analysis could not tell stay at its exposure and be measured for longer. Passed, it goes on.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .requiredOption('--by <duration>', 'how long, such as 30m; 1 min to 72 h', durationFlag)
    .option('--service <service>', 'only this component')
    .option('--reason <text>', 'why (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release extend shop@1.4.0 --by 30m --reason "hardly any traffic before nine"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { by, service, reason: given } = command.opts<Options>();
        const reason = await reasonFor(session, given, '--reason');
        const body = {
          by: `PT${Math.round(by / 1000)}S`,
          reason,
          ...(service === undefined ? {} : { service }),
        };
        return steer(session, command.args[0] ?? '', { command: 'extend', body });
      }),
    );
