import { Command } from 'commander';
import { yesOption } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { exposureLines, steer } from './steer.ts';

export const rollBackCommand = (cli: Cli): Command =>
  new Command('roll-back')
    .summary('bring the previous version back')
    .description('End a release and bring back what ran in this stage before. Earlier stages stay.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--reason <text>', 'why')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry release roll-back shop@1.4.0 --reason "checkout fails" --yes')
    .action(
      acting(cli, (session, command) => {
        const { reason, yes } = command.opts<{ reason?: string; yes?: boolean }>();
        return steer(session, command.args[0] ?? '', {
          command: 'roll-back',
          begun: 'it is told to go back.',
          body: { ...(reason === undefined ? {} : { reason }) },
          ask: { preview: exposureLines, question: (title) => `Roll ${title} back?`, yes },
        });
      }),
    );
