import { Command } from 'commander';
import { unaskedYes } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { usageProblem } from '../problem.ts';
import { datesOf, type DateOptions } from './dates.ts';
import { steer } from './steer.ts';

export const milestonesCommand = (cli: Cli): Command =>
  new Command('milestones')
    .summary('change the dates of milestones')
    .description(
      'Change the dates of a release’s milestones. Those that are not named stay; owners are told.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--milestone <date...>', 'codeComplete, qaDone, goNoGo or live: live=2026-12-01T17:00,ana')
    .option('--zone <zone>', 'zone of these times; left out: yours, else the organisation’s')
    .option('--reason <text>', 'why')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release milestones shop@1.4.0 --milestone qaDone=2026-12-01T17:00,ana',
    )
    .action(
      acting(cli, async (session, command) => {
        const { reason, ...options } = command.opts<DateOptions & { reason?: string }>();
        if (options.milestone === undefined)
          throw usageProblem(
            'This command needs a milestone.',
            'Repeat it with --milestone qaDone=2026-12-01T17:00,ana.',
          );
        const { milestones } = await datesOf(session, options);
        return steer(session, command.args[0] ?? '', {
          command: 'milestones',
          body: { milestones, ...(reason === undefined ? {} : { reason }) },
        });
      }),
    );
