import { Command } from 'commander';
import { isConfirmed, yesOption } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';

export const revokeCommand = (cli: Cli): Command =>
  new Command('revoke')
    .summary('end a token at once')
    .description('End a token at once. What it has done stays.')
    .argument('<id>', 'token id')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry token revoke tok_018f4c --yes')
    .action(
      acting(cli, async (session, command) => {
        const id = command.args[0] ?? '';
        const { yes } = command.opts<{ yes?: boolean }>();
        const preview = [`${id} stops working at once, for everything that uses it.`];
        if (!(await isConfirmed(session, { preview, question: 'Revoke it?', yes }))) return exitCode.bad;
        const answer = await session.client.delete(`/v1/tokens/${encodeURIComponent(id)}`);
        if (session.output.json) session.output.document(answer ?? { id });
        else session.output.line(session.output.quiet ? id : `${id} is revoked.`);
        return exitCode.done;
      }),
    );
