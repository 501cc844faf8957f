import { Command } from 'commander';
import { namedIn } from '../domain/release/names.ts';
import { createSignInLink } from './answers.ts';
import { unaskedYes } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { acting, type Cli } from './session.ts';

export const signInCommand = (cli: Cli): Command =>
  new Command('sign-in')
    .description('Make a link that signs one person in, once. Needs the access admin.')
    .argument('<person>', 'person id of gantry.yaml')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry sign-in ana')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const person = command.args[0] ?? '';
        const link = await createSignInLink(client, person);
        if (output.json) output.document(link);
        else {
          output.line(link.url);
          output.note(
            `It signs ${namedIn(link.names)(person)} in once, until ${output.time(link.expiresAt)}. Hand it to nobody else.`,
          );
        }
        return exitCode.done;
      }),
    );
