import { Command } from 'commander';
import { listApprovals } from './answers.ts';
import { exitCode } from './exit-codes.ts';
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
          else if (page.items.length === 0) output.note('Nothing waits for a decision.');
          else {
            output.table(
              ['REQUEST', 'RELEASE', 'STAGE', 'DEADLINE', 'NOW'],
              page.items.map((item) => [
                item.requestId,
                item.title,
                item.stage,
                output.time(item.deadline),
                item.headline,
              ]),
            );
          }
          return exitCode.done;
        }),
      ),
  );
  return approvals;
}
