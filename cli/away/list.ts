import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import { listAbsences } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';

export const listCommand = (cli: Cli): Command =>
  new Command('list')
    .summary('who is away now, and who will be')
    .description('List the absences that are not over, those that begin first before the others.')
    .option('--person <person>', 'only those of this person')
    .addHelpText('after', '\nExample:\n  gantry away list --json')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const { person } = command.opts<{ person?: string }>();
        const page = await listAbsences(client, { person });
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach((item) => output.line(item.id));
        else if (page.items.length === 0) output.note('Nobody is away.');
        else {
          const nameOf = namedIn(page.names);
          output.table(
            ['ID', 'PERSON', 'FROM', 'UNTIL', 'STANDS IN'],
            page.items.map((item) => [
              item.id,
              nameOf(item.person),
              output.shortTime(item.from),
              output.shortTime(item.until),
              item.delegate === undefined ? '' : nameOf(item.delegate),
            ]),
          );
        }
        return exitCode.done;
      }),
    );
