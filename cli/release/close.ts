import { Command } from 'commander';
import { reasonFor, yesOption } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { exposureLines, steer } from './steer.ts';

interface Options {
  reason?: string;
  yes?: boolean;
}

export const closeCommand = (cli: Cli): Command =>
  new Command('close')
    .summary('end one that only the record has')
    .description(
      'Close a release in the record that Temporal has no workflow of, as after a\nrestore of copies of two moments. Undoes nothing: what it had deployed stays, and\nis shown as left. Refused where Temporal has a workflow of it.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--reason <text>', 'why (required)')
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release close shop@1.4.0 --reason "Temporal was restored from Monday" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { yes, ...given } = command.opts<Options>();
        const reason = await reasonFor(session, given.reason, '--reason', { yes });
        return steer(session, command.args[0] ?? '', {
          command: 'close',
          body: { reason },
          onlyIfUnchanged: true,
          ask: {
            preview: (view) => [
              view.headline,
              ...exposureLines(view),
              'It ends in the record, and nothing is undone: look at the environment yourself. What it holds or has reserved is free.',
            ],
            question: (title) => `Close ${title} in the record?`,
            yes,
          },
        });
      }),
    );
