import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import { readPolicy } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { plainLines, plainText } from '../plain-text.ts';
import { acting, type Cli } from '../session.ts';

export const showCommand = (cli: Cli): Command =>
  new Command('show')
    .summary('the policy in force')
    .description('Print the gantry.yaml in force; who applied it and when goes to stderr.')
    .addHelpText('after', '\nExample:\n  gantry policy show > gantry.yaml')
    .action(
      acting(cli, async ({ io, output, client }) => {
        const stored = await readPolicy(client);
        if (output.json) output.document(stored);
        else if (output.quiet) output.line(stored.digest);
        else {
          // Leading blanks carry meaning in YAML; only what could steer a terminal is taken out.
          const text = output.forPeople ? stored.text.split('\n').map(keepIndent).join('\n') : stored.text;
          io.stdout.write(text.endsWith('\n') ? text : `${text}\n`); // as it was written, times included
          output.note(
            `Applied by ${plainText(namedIn(stored.names)(stored.appliedBy.person ?? stored.appliedBy.id))} at ${output.time(stored.appliedAt)}, digest ${stored.digest}`,
          );
        }
        return exitCode.done;
      }),
    );

const keepIndent = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${plainLines(line)[0] ?? ''}`;
