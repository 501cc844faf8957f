import { Command } from 'commander';
import { releaseTitle } from '../../domain/release/release.ts';
import { reasonFor, yesOption } from '../confirm.ts';
import { usageProblem } from '../problem.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

interface Options {
  until?: string;
  zone?: string;
  reason?: string;
  lift?: boolean;
  yes?: boolean;
}

export const postponeCommand = (cli: Cli): Command =>
  new Command('postpone')
    .summary('postpone it until a time')
    .description(
      'Postpone a release until a time, or lift a postponement. An approver may postpone it by 24 h once, its owner by 7 days in sum, a release manager at will. It counts for no vote; people are asked again only where facts have changed.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--until <time>', 'nothing starts before: 2026-12-01T17:00, or +20h')
    .option('--zone <zone>', 'zone of the time; left out: yours, else the organisation’s')
    .option('--reason <text>', 'why; required to postpone it')
    .option('--lift', 'lift the postponement instead')
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release postpone shop@1.4.0 --until +20h --reason "support is away" --yes\n  gantry release postpone shop@1.4.0 --lift --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { until, lift, yes, reason: given } = command.opts<Options>();
        const [id = ''] = command.args;
        if ((lift === true) === (until !== undefined))
          throw usageProblem(
            'This command needs a time, or --lift.',
            'Repeat it with --until TIME, or with --lift.',
          );
        if (until === undefined)
          return steer(session, id, {
            command: 'postpone/lift',
            body: { ...(given === undefined ? {} : { reason: given }) },
            ask: {
              preview: (view) => [view.headline, 'Its gates are asked again at once.'],
              question: (title) => `Lift the postponement of ${title}?`,
              yes,
            },
          });
        const at = await session.instant(until);
        const reason = await reasonFor(session, given, '--reason', { yes });
        return steer(session, id, {
          command: 'postpone',
          body: { until: at, reason },
          ask: {
            preview: (view) => [
              view.headline,
              `${releaseTitle(view.components)} starts nowhere before ${session.output.time(at)}.`,
            ],
            question: (title) => `Postpone ${title} until ${session.output.time(at)}?`,
            yes,
          },
        });
      }),
    );
