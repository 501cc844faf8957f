import { Command, Option } from 'commander';
import { reasonFor, yesOption } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

interface Options {
  how: 'retry' | 'done-by-hand' | 'leave';
  service?: string;
  reason?: string;
  yes?: boolean;
}

const effect: Record<Options['how'], string> = {
  retry: 'The undo is tried again.',
  'done-by-hand':
    'You state that the previous version is back; Gantry looks where it can, and the release needs a person still where something else runs.',
  leave: 'It stays as it is, and the release ends as partly undone.',
};

export const recoverCommand = (cli: Cli): Command =>
  new Command('recover')
    .summary('help a release whose undo failed')
    .description('Help a release that needs a person because an undo failed.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .addOption(
      new Option('--how <how>', 'what to do')
        .choices(['retry', 'done-by-hand', 'leave'])
        .makeOptionMandatory(),
    )
    .option('--service <service>', 'only this service')
    .option('--reason <text>', 'what you did or saw; required unless --how retry')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry release recover shop@1.4.0 --how retry --yes')
    .action(
      acting(cli, async (session, command) => {
        const { how, service, yes, ...given } = command.opts<Options>();
        const reason =
          how === 'retry' ? given.reason : await reasonFor(session, given.reason, '--reason', { yes });
        return steer(session, command.args[0] ?? '', {
          command: 'recover',
          body: {
            how: how === 'done-by-hand' ? 'doneByHand' : how,
            ...(service === undefined ? {} : { service }),
            ...(reason === undefined ? {} : { reason }),
          },
          onlyIfUnchanged: true,
          ask: {
            preview: (view) => [view.headline, effect[how]],
            question: (title) => `Recover ${title} this way?`,
            yes,
          },
        });
      }),
    );
