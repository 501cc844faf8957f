import { Command } from 'commander';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

interface Options {
  reason: string;
  incident: string;
  yes?: boolean;
}

export const breakGlassCommand = (cli: Cli): Command =>
  new Command('break-glass')
    .summary('start past its gates, for an incident')
    .description(
      'Start the stage that a release waits for past approvals, windows, freezes and soak. All owners are told at once, and somebody else must review it. Checks, quarantine, the lock, the way back and analysis hold as ever.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .requiredOption('--reason <text>', 'why it cannot wait')
    .requiredOption('--incident <name>', 'the incident that it is for')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExample:\n  gantry release break-glass shop@1.4.1 --reason "carts are lost, this mends it" --incident INC-7 --yes',
    )
    .action(
      acting(cli, (session, command) => {
        const { reason, incident, yes } = command.opts<Options>();
        return steer(session, command.args[0] ?? '', {
          command: 'break-glass',
          body: { reason, incident },
          ask: {
            preview: (view) => [
              view.headline,
              'Approvals, windows, freezes and soak of this stage are passed for four hours.',
              'All owners are told at once; somebody else must review it.',
            ],
            question: (title) => `Break the glass for ${title} (${incident})?`,
            yes,
          },
        });
      }),
    );
