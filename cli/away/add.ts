import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import { addAbsence } from '../answers.ts';
import { unaskedYes } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';

interface Options {
  from?: string;
  until: string;
  delegate?: string;
  person?: string;
  zone?: string;
}

export const addCommand = (cli: Cli): Command =>
  new Command('add')
    .summary('say that you are away')
    .description(
      'Say that you are away. Requests that open meanwhile ask your delegate or the backup group of the rule at once; you may still decide.',
    )
    .requiredOption('--until <time>', 'when you are back, such as 2027-01-04T08:00 or +3d')
    .option('--from <time>', 'when it begins; left out: now')
    .option('--delegate <person>', 'who decides meanwhile, where a rule names that person as its backup')
    .option('--person <person>', 'who is away, as an operator; left out: you')
    .option('--zone <zone>', 'zone of these times; left out: yours, else the organisation’s')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry away add --until 2027-01-04T08:00 --delegate ben')
    .action(
      acting(cli, async ({ output, client, instant }, command) => {
        const { from, until, delegate, person } = command.opts<Options>();
        const made = await addAbsence(client, {
          ...(person === undefined ? {} : { person }),
          ...(from === undefined ? {} : { from: await instant(from) }),
          until: await instant(until),
          ...(delegate === undefined ? {} : { delegate }),
        });
        if (output.json) output.document(made);
        else if (output.quiet) output.line(made.id);
        else {
          const nameOf = namedIn(made.names);
          const standIn = made.delegate === undefined ? '' : `; ${nameOf(made.delegate)} stands in`;
          output.line(
            `${nameOf(made.person)} is away until ${output.time(made.until)}${standIn} (${made.id}).`,
          );
        }
        for (const { because, remedy } of made.warnings ?? []) output.note(`${because} ${remedy}`);
        return exitCode.done;
      }),
    );
