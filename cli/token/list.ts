import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import { listTokens } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';

export const listCommand = (cli: Cli): Command =>
  new Command('list')
    .summary('all tokens, never their secrets')
    .description('List the tokens: name, access, person, and whether they still work.')
    .addHelpText('after', '\nExample:\n  gantry token list --json')
    .action(
      acting(cli, async ({ output, client }) => {
        const page = await listTokens(client);
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach((item) => output.line(item.id));
        else if (page.items.length === 0)
          output.note('No tokens yet. Try: gantry token create ci --access releaser');
        else {
          output.table(
            ['ID', 'NAME', 'ACCESS', 'PERSON', 'CREATED', 'ENDS'],
            page.items.map((item) => [
              item.id,
              item.name,
              item.access.join(','),
              item.person === undefined ? '' : namedIn(page.names)(item.person),
              output.shortTime(item.createdAt),
              item.revokedAt === undefined
                ? output.shortTime(item.expiresAt)
                : `revoked ${output.shortTime(item.revokedAt)}`,
            ]),
          );
        }
        return exitCode.done;
      }),
    );
