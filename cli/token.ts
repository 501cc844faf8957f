import { Command } from 'commander';
import type { Cli } from './session.ts';
import { createCommand } from './token/create.ts';
import { listCommand } from './token/list.ts';
import { revokeCommand } from './token/revoke.ts';

/** `gantry token …` */
export const tokenCommand = (cli: Cli): Command =>
  new Command('token')
    .description('Accounts of programs, such as a CI job that creates releases.')
    .addHelpText('after', '\nExample:\n  gantry token create ci --access releaser')
    .addCommand(createCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(revokeCommand(cli));
