import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import { yesOption } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

export const resumeCommand = (cli: Cli): Command =>
  new Command('resume')
    .summary('lift a hold')
    .description('Lift the hold of a release. Its gates are asked again before it goes on.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--reason <text>', 'why it may go on; required past a hold by analysis')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry release resume shop@1.4.0 --yes')
    .action(
      acting(cli, (session, command) => {
        const { reason, yes } = command.opts<{ reason?: string; yes?: boolean }>();
        return steer(session, command.args[0] ?? '', {
          command: 'resume',
          body: { ...(reason === undefined ? {} : { reason }) },
          onlyIfUnchanged: true,
          ask: {
            preview: (view) =>
              view.holds.length === 0
                ? ['Nothing holds it.']
                : view.holds.map(
                    (hold) =>
                      `Held by ${namedIn(view.names)(hold.by)} since ${session.output.time(hold.at)}: ${hold.reason}`,
                  ),
            question: (title) => `Let ${title} go on?`,
            yes,
          },
        });
      }),
    );
