import { Command } from 'commander';
import { createToken } from '../answers.ts';
import { unaskedYes } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { listed } from '../listed.ts';
import { acting, type Cli } from '../session.ts';

interface Options {
  access?: string[];
  service?: string[];
  person?: string;
  expires?: string;
}

export const createCommand = (cli: Cli): Command =>
  new Command('create')
    .summary('make a token; its secret is shown once')
    .description('Make a token. Its secret goes to stdout, once: nobody can read it again.')
    .argument('<name>', 'what uses it, such as ci')
    .option(
      '--access <access...>',
      'viewer, releaser, approver, operator, auditor or admin; several with commas',
      listed,
    )
    .option('--service <service...>', 'only these services', listed)
    .option('--person <person>', 'act as this person')
    .option('--expires <duration>', 'how long it works, such as 90d')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry token create ci --access releaser --expires 90d')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const { access = ['releaser'], service, person, expires } = command.opts<Options>();
        const made = await createToken(client, {
          name: command.args[0],
          access,
          ...(service === undefined ? {} : { services: service }),
          ...(person === undefined ? {} : { person }),
          ...(expires === undefined ? {} : { expires }),
        });
        if (output.json) output.document(made);
        else {
          output.line(made.token ?? '');
          output.note(
            `Token ${made.id} (${made.name}) may act as: ${made.access.join(', ')}. Keep it now: it is not shown again.`,
          );
        }
        return exitCode.done;
      }),
    );
