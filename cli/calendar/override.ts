import { Command, Option } from 'commander';
import { releaseTitle } from '../../domain/release/release.ts';
import { readRelease, releasePath } from '../answers.ts';
import { isConfirmed, reasonFor } from '../confirm.ts';
import { durationFlag } from '../duration-flag.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';

interface Options {
  environment?: string;
  reason?: string;
  for: number;
  yes?: boolean;
}

export const overrideCommand = (cli: Cli): Command =>
  new Command('override')
    .summary('let one release pass one freeze')
    .description(
      'Let one release pass one freeze in one environment. It is recorded, counts in your team’s budget, and ends by itself.',
    )
    .argument('<release>', 'id, its unique beginning, or shop@1.4.0')
    .argument('<freeze>', 'name of the freeze')
    .option('--environment <environment>', 'left out: where the release is now')
    .option('--reason <text>', 'why, at least 10 characters')
    .addOption(
      new Option('--for <duration>', 'how long it counts, at most 24h')
        .argParser(durationFlag)
        .default(durationFlag('2h'), '2h'),
    )
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExample:\n  gantry override shop@1.4.1 black-friday --reason "fixes lost carts" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { output, client, io } = session;
        const options = command.opts<Options>();
        const [id = '', freeze = ''] = command.args;
        const view = await readRelease(client, id);
        const environment = options.environment ?? view.stage ?? '';
        const reason = await reasonFor(session, options.reason, '--reason');
        const expires = new Date(io.now().getTime() + options.for).toISOString();
        const isSure = await isConfirmed(session, {
          preview: [
            `${releaseTitle(view.components)} may pass freeze ${freeze} in ${environment} until ${output.time(expires)}.`,
            'It is recorded under your name and counts in your team’s budget.',
          ],
          question: 'Override it?',
          yes: options.yes,
        });
        if (!isSure) return exitCode.bad;
        const made = (await client.post(`${releasePath(view.id)}/overrides`, {
          freeze,
          environment,
          reason,
          expires,
        })) as { id: string; state?: string };
        if (output.json) output.document(made);
        else if (output.quiet) output.line(made.id);
        else
          output.line(
            made.state === 'unseconded'
              ? `Override ${made.id} needs a second person: your team’s budget is spent.`
              : `Override ${made.id} stands until ${output.time(expires)}.`,
          );
        return exitCode.done;
      }),
    );
