import { Command } from 'commander';
import { namedIn } from '../domain/release/names.ts';
import { listApprovals, remindApprovers } from './answers.ts';
import { unaskedYes } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

/** `gantry approvals …` */
export function approvalsCommand(cli: Cli): Command {
  const approvals = new Command('approvals')
    .description('What waits for people.')
    .addHelpText('after', '\nExample:\n  gantry approvals list');
  approvals.addCommand(
    new Command('list')
      .summary('requests that wait for you')
      .description('List the approval requests that ask you, the nearest deadline first.')
      .option('--all', 'those that ask others too')
      .addHelpText('after', '\nExample:\n  gantry approvals list --json')
      .action(
        acting(cli, async ({ output, client }, command) => {
          const { all } = command.opts<{ all?: boolean }>();
          const page = await listApprovals(client, { all: all === true ? 'true' : undefined });
          if (output.json) output.document(page);
          else if (output.quiet) page.items.forEach((item) => output.line(item.requestId));
          else if (page.items.length === 0)
            output.note(
              page.others === undefined ? 'Nothing waits for a decision.' : 'Nothing waits for you.',
            );
          else {
            output.table(
              ['REQUEST', 'RELEASE', 'STAGE', 'DEADLINE', 'NOW'],
              page.items.map((item) => [
                item.requestId,
                item.title,
                item.stage,
                output.shortTime(item.deadline),
                item.headline,
              ]),
            );
            for (const { title, stage, beside = [] } of page.items)
              for (const sentence of beside) output.note(plainText(`${title} → ${stage}: ${sentence}`));
          }
          const { others } = page;
          if (others !== undefined && !output.json)
            output.note(
              `${others} more ${others === 1 ? 'waits' : 'wait'} for others: gantry approvals list --all`,
            );
          return exitCode.done;
        }),
      ),
  );
  approvals.addCommand(remindCommand(cli));
  return approvals;
}

const remindCommand = (cli: Cli): Command =>
  new Command('remind')
    .summary('remind those whom a request waits for')
    .description(
      'Mail everybody whom a request waits for once more, with a fresh link. Once an hour for each request.',
    )
    .argument('<request>', 'id of the request, as `gantry approvals list` shows it')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry approvals remind 0f8fad5b-d9cb-469f-a165-70867728950e')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const answer = await remindApprovers(client, command.args[0] ?? '');
        if (output.json) output.document(answer);
        else output.line(`Reminded: ${answer.reminded.map(namedIn(answer.names)).join(', ')}.`);
        return exitCode.done;
      }),
    );
