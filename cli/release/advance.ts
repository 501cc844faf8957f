import { Command, InvalidArgumentError } from 'commander';
import { currentStage } from '../../domain/release/release.ts';
import { componentState } from '../../domain/rollout/where.ts';
import type { ReleaseView } from '../answers.ts';
import { reasonFor, yesOption } from '../confirm.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

interface Flags {
  to?: 100;
  service?: string;
  reason?: string;
  yes?: boolean;
}

export const advanceCommand = (cli: Cli): Command =>
  new Command('advance')
    .summary('skip the pause of a rollout')
    .description(
      'Let a rollout go on before its pause is over, or go to all traffic or targets at once.\nWhat is held, frozen or failed stays so.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--to <share>', '100: go there at once, without the pauses between', full)
    .option('--service <service>', 'only this service; left out: all that pause')
    .option('--reason <text>', 'why (required)')
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release advance shop@1.4.0 --reason "looks good for an hour" --yes\n  gantry release advance shop@1.4.0 --to 100 --reason "it mends checkout" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { to, service, reason: given, yes } = command.opts<Flags>();
        const reason = await reasonFor(session, given, '--reason', { yes });
        return steer(session, command.args[0] ?? '', {
          command: 'advance',
          body: {
            reason,
            ...(to === undefined ? {} : { to }),
            ...(service === undefined ? {} : { service }),
          },
          onlyIfUnchanged: true,
          ask: {
            preview: stateLines,
            question: (title) =>
              to === undefined ? `Let ${title} take its next step now?` : `Let ${title} go to 100 % now?`,
            yes,
          },
        });
      }),
    );

/** Where each component of the stage stands now. */
function stateLines(view: ReleaseView): string[] {
  const { environment = '', rollout = [] } = currentStage(view) ?? {};
  return rollout.map((one) => `${one.service} ${one.version} in ${environment}: ${componentState(one)}.`);
}

function full(text: string): 100 {
  if (text === '100' || text === '100%') return 100;
  throw new InvalidArgumentError('It goes on to its next step, or to 100.');
}
