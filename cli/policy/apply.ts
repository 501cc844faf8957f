import { Command } from 'commander';
import { applyPolicy, comparePolicy } from '../answers.ts';
import { isConfirmed, yesOption } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { acting, type Cli } from '../session.ts';
import { readPolicyFile } from './policy-file.ts';

export const applyCommand = (cli: Cli): Command =>
  new Command('apply')
    .summary('put a file into force')
    .description(
      'Check a file, show what it changes, and put it into force for releases that start from now on.',
    )
    .argument('[file]', 'policy file', 'gantry.yaml')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry policy apply gantry.yaml --yes')
    .action(
      acting(cli, async (session, command) => {
        const { io, output, client } = session;
        const { yes } = command.opts<{ yes?: boolean }>();
        const policy = await readPolicyFile(io, command.processedArgs[0] as string);
        const { sentences } = await comparePolicy(client, policy);
        if (
          sentences.length > 0 &&
          !(await isConfirmed(session, { preview: sentences, question: 'Apply it?', yes }))
        ) {
          return exitCode.bad;
        }
        const applied = await applyPolicy(client, policy);
        if (output.json) output.document(applied);
        else if (output.quiet) output.line(applied.digest);
        else {
          output.line(applied.changed ? 'Applied.' : 'Nothing has changed: this policy is in force already.');
          applied.sentences.forEach((sentence) => output.line(plainText(sentence)));
          if (applied.actsAs !== undefined)
            output.note(
              `This command line acts as ${applied.actsAs} from now on, the first administrator in it. In a browser: gantry sign-in ${applied.actsAs}`,
            );
        }
        return exitCode.done;
      }),
    );
