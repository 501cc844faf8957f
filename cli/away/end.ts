import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import type { AbsenceAnswer } from '../answers.ts';
import { isConfirmed, yesOption } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';

export const endCommand = (cli: Cli): Command =>
  new Command('end')
    .summary('end an absence now, or take it back')
    .description('End an absence now, or take it back before it begins. Votes of the delegate stay.')
    .argument('<id>', 'id of the absence, as `gantry away list` shows it')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry away end abs_018f4c --yes')
    .action(
      acting(cli, async (session, command) => {
        const id = command.args[0] ?? '';
        const { yes } = command.opts<{ yes?: boolean }>();
        const preview = [`Absence ${id} ends now: requests that open from now on ask the person again.`];
        if (!(await isConfirmed(session, { preview, question: 'End it?', yes }))) return exitCode.bad;
        const ended = (await session.client.delete(
          `/v1/absences/${encodeURIComponent(id)}`,
        )) as AbsenceAnswer;
        if (session.output.json) session.output.document(ended);
        else
          session.output.line(
            session.output.quiet ? id : `${namedIn(ended.names)(ended.person)} is no longer away.`,
          );
        return exitCode.done;
      }),
    );
