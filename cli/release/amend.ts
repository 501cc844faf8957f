import { Command } from 'commander';
import { yesOption } from '../confirm.ts';
import { usageProblem } from '../problem.ts';
import { acting, type Cli } from '../session.ts';
import { datesOf, type DateOptions } from './dates.ts';
import { steer } from './steer.ts';

interface Options extends DateOptions {
  notes?: string;
  policy?: boolean;
  now?: boolean;
  reason?: string;
  yes?: boolean;
}

export const amendCommand = (cli: Cli): Command =>
  new Command('amend')
    .summary('change what is still to come')
    .description(
      'Change what is still to come of a release: notes, when it starts, the policy that it follows. Approvals are void where that changes what was approved, and those who are asked again see the difference.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--notes <text>', 'what people should know; part of no approval')
    .option('--policy', 'follow the policy that is in force now')
    .option('--at <time>', '2026-12-01T17:00, or +2h')
    .option('--start-by <time>', 'start before this time, or expire')
    .option('--next-slot', 'take the next slot that fits')
    .option('--now', 'as soon as it may')
    .option('--zone <zone>', 'zone of these times; left out: yours, else the organisation’s')
    .option('--reason <text>', 'why')
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release amend shop@1.4.0 --policy --reason "the new rule is to hold" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { notes, policy, now, reason, yes, ...options } = command.opts<Options>();
        const dates = await datesOf(session, options);
        const isDated = Object.keys(dates).length > 0 || now === true;
        if (notes === undefined && policy !== true && !isDated)
          throw usageProblem(
            'This command needs something to change.',
            'Repeat it with --notes, --policy, or a time such as --at or --now.',
          );
        return steer(session, command.args[0] ?? '', {
          command: 'amend',
          body: {
            ...(notes === undefined ? {} : { notes }),
            ...(policy === true ? { policy: 'inForce' } : {}),
            ...(isDated ? { schedule: dates } : {}),
            ...(reason === undefined ? {} : { reason }),
          },
          ask: {
            preview: (view) => [
              view.headline,
              ...(policy === true ? ['What is ahead is planned anew; approvals may become void.'] : []),
            ],
            question: (title) => `Amend ${title}?`,
            yes,
          },
        });
      }),
    );
