import { Command } from 'commander';
import { unaskedYes } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { usageProblem } from '../problem.ts';
import { datesOf, noteStart, type DateOptions } from './dates.ts';
import { steer } from './steer.ts';

export const rescheduleCommand = (cli: Cli): Command =>
  new Command('reschedule')
    .summary('change when it is to start')
    .description('Change when a release is to start. Approvals that were given stay.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--at <time>', '2026-12-01T17:00, or +2h')
    .option('--start-by <time>', 'start before this time, or expire')
    .option('--next-slot', 'take the next slot that fits')
    .option('--now', 'as soon as it may')
    .option('--zone <zone>', 'zone of these times; left out: yours, else the organisation’s')
    .option('--reason <text>', 'why')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release reschedule shop@1.4.0 --at 2026-12-01T17:00 --zone Europe/Berlin',
    )
    .action(
      acting(cli, async (session, command) => {
        const { reason, now, ...options } = command.opts<DateOptions & { reason?: string; now?: boolean }>();
        const dates = await datesOf(session, options);
        if (Object.keys(dates).length === 0 && now !== true)
          throw usageProblem(
            'This command needs a time.',
            'Repeat it with --at, --start-by, --next-slot or --now.',
          );
        const code = await steer(session, command.args[0] ?? '', {
          command: 'schedule',
          body: { ...dates, ...(reason === undefined ? {} : { reason }) },
        });
        noteStart(session.output, dates);
        return code;
      }),
    );
