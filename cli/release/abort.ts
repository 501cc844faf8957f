import { Command } from 'commander';
import { reasonFor, yesOption } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { exposureLines, steer } from './steer.ts';

interface Options {
  leave?: boolean;
  reason?: string;
  yes?: boolean;
}

export const abortCommand = (cli: Cli): Command =>
  new Command('abort')
    .summary('stop it for good')
    .description('Stop a release for good. What it has deployed in this stage is undone, unless --leave.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--leave', 'leave what is deployed as it is')
    .option('--reason <text>', 'why (required with --leave)')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry release abort shop@1.4.0 --reason "wrong branch" --yes')
    .action(
      acting(cli, async (session, command) => {
        const { leave, yes, ...given } = command.opts<Options>();
        const reason =
          leave === true ? await reasonFor(session, given.reason, '--reason', { yes }) : given.reason;
        return steer(session, command.args[0] ?? '', {
          command: 'abort',
          begun:
            leave === true ? 'it is told to stop, as it is.' : 'it is told to stop and to undo this stage.',
          body: { ...(leave === true ? { leave } : {}), ...(reason === undefined ? {} : { reason }) },
          ask: {
            preview: (view) => [
              ...exposureLines(view),
              leave === true ? 'It stays as it is.' : 'What was deployed in this stage is undone.',
            ],
            question: (title) => `Abort ${title}?`,
            yes,
          },
        });
      }),
    );
