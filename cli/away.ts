import { Command } from 'commander';
import { addCommand } from './away/add.ts';
import { endCommand } from './away/end.ts';
import { listCommand } from './away/list.ts';
import type { Cli } from './session.ts';

/** `gantry away …` */
export const awayCommand = (cli: Cli): Command =>
  new Command('away')
    .description('Who is away, and who decides meanwhile.')
    .addHelpText('after', '\nExample:\n  gantry away add --until 2027-01-04T08:00 --delegate ben')
    .addCommand(addCommand(cli))
    .addCommand(listCommand(cli))
    .addCommand(endCommand(cli));
