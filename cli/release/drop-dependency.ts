import { Command, InvalidArgumentError } from 'commander';
import { reasonFor, unaskedYes } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

export const dropDependencyCommand = (cli: Cli): Command =>
  new Command('drop-dependency')
    .summary('wait no longer for something else')
    .description('Let a release wait no longer for something that it was ordered to wait for.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .argument('<number>', 'which one, from 1, as `gantry release show` lists them', (text) => {
      if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('Write a number from 1 to 99.');
      return Number(text);
    })
    .option('--reason <text>', 'why (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release drop-dependency shop@1.4.0 1 --reason "works without it"',
    )
    .action(
      acting(cli, async (session, command) => {
        const reason = await reasonFor(session, command.opts<{ reason?: string }>().reason, '--reason');
        return steer(session, command.args[0] ?? '', {
          command: 'drop-dependency',
          body: { number: command.processedArgs[1] as number, reason },
        });
      }),
    );
