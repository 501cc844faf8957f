import { Command } from 'commander';
import { applyCommand } from './policy/apply.ts';
import { diffCommand } from './policy/diff.ts';
import { showCommand } from './policy/show.ts';
import { testCommand } from './policy/test.ts';
import type { Cli } from './session.ts';

/** `gantry policy …` */
export const policyCommand = (cli: Cli): Command =>
  new Command('policy')
    .description('Show the gantry.yaml in force, say what a changed one would do, test and apply it.')
    .addHelpText(
      'after',
      '\nExample:\n  gantry policy diff gantry.yaml\n  gantry policy apply gantry.yaml --yes',
    )
    .addCommand(showCommand(cli))
    .addCommand(diffCommand(cli))
    .addCommand(testCommand(cli))
    .addCommand(applyCommand(cli));
