import { Command } from 'commander';
import { isConfirmed, reasonFor, yesOption } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { listed } from '../listed.ts';
import { acting, type Cli } from '../session.ts';

interface Options {
  reason?: string;
  service?: string[];
  environment?: string[];
  yes?: boolean;
}

export const stopTheLineCommand = (cli: Cli): Command =>
  new Command('stop-the-line')
    .summary('let nothing start from now on')
    .description('Let nothing start from now on, until somebody lifts the freeze that this makes.')
    .option('--reason <text>', 'why, for everybody whom it stops (required)')
    .option('--service <service...>', 'only these services', listed)
    .option('--environment <environment...>', 'only these environments', listed)
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nExample:\n  gantry stop-the-line --environment production --reason "orders are lost" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const {
          service: services = [],
          environment: environments = [],
          ...options
        } = command.opts<Options>();
        const reason = await reasonFor(session, options.reason, '--reason', { yes: options.yes });
        const where = [...services, ...environments].join(', ') || 'everything';
        const isSure = await isConfirmed(session, {
          preview: [
            `Nothing starts any more: ${where}.`,
            'Releases between two steps wait there; rollbacks by people go on.',
          ],
          question: 'Stop the line?',
          yes: options.yes,
        });
        if (!isSure) return exitCode.bad;
        const made = (await client.post('/v1/stop-the-line', {
          reason,
          scope: { services, environments, labels: [] },
        })) as { id: string; note?: string };
        if (output.json) output.document(made);
        else {
          output.line(output.quiet ? made.id : `The line is stopped for ${where} (freeze ${made.id}).`);
          if (made.note !== undefined) output.note(made.note);
          output.note(`To go on: gantry freeze lift ${made.id} --reason "…"`);
        }
        return exitCode.done;
      }),
    );
