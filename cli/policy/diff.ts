import { Command } from 'commander';
import { comparePolicy } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { acting, type Cli } from '../session.ts';
import { readPolicyFile } from './policy-file.ts';

export const diffCommand = (cli: Cli): Command =>
  new Command('diff')
    .summary('what a file would change')
    .description('Say in words what applying a file would change. Changes nothing.')
    .argument('[file]', 'policy file', 'gantry.yaml')
    .addHelpText('after', '\nExample:\n  gantry policy diff gantry.yaml')
    .action(
      acting(cli, async ({ io, output, client }, command) => {
        const file = command.processedArgs[0] as string;
        const comparison = await comparePolicy(client, await readPolicyFile(io, file));
        if (output.json) output.document(comparison);
        else if (comparison.sentences.length === 0) output.note('Nothing would change.');
        else comparison.sentences.forEach((sentence) => output.line(plainText(sentence)));
        return exitCode.done;
      }),
    );
