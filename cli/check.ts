import { Command } from 'commander';
import { describePolicy } from '../domain/policy/diff.ts';
import { namesProvider } from '../platform/config.ts';
import { explainPolicy, type ExplainedValue } from '../platform/policy/explain-policy.ts';
import { missingFiles, type MissingFile } from '../platform/policy/missing-files.ts';
import { openPolicy } from '../platform/policy/read-policy.ts';
import { exitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { plainText } from './plain-text.ts';
import { readPolicyFile } from './policy/policy-file.ts';
import { problemLine } from './problem-line.ts';
import { acting, type Cli } from './session.ts';

export const checkCommand = (cli: Cli): Command =>
  new Command('check')
    .description('Check a policy file and print all problems at once. Needs no server, changes nothing.')
    .argument('[file]', 'policy file', 'gantry.yaml')
    .option('--explain', 'also say where each value comes from')
    .addHelpText('after', '\nExample:\n  gantry check\n  gantry check --explain deploy/gantry.yaml')
    .action(
      acting(cli, async ({ io, output }, command) => {
        const file = command.processedArgs[0] as string;
        const { text, baseDir } = await readPolicyFile(io, file);
        const { reading, positions } = openPolicy(text, file, { hasProvider: namesProvider(io.env) });
        const { policy, digest, problems } = reading;
        const asked = command.opts<{ explain?: boolean }>().explain === true;
        const values = asked && policy && positions ? explainPolicy(policy, positions) : undefined;
        const missing = policy && positions ? await missingFiles(policy, positions, baseDir) : [];
        if (output.json) {
          output.document({
            file,
            valid: policy !== undefined,
            digest,
            problems,
            missing,
            ...(values ? { values } : {}),
          });
        } else {
          problems.forEach((problem) => output.line(problemLine(problem)));
          if (values) printValues(output, file, values);
          missing.forEach((one) => output.note(missingLine(file, one)));
          if (policy) output.line(`${plainText(file)} is fine: ${describePolicy(policy)}.`);
          else
            output.note(
              `${problems.length === 1 ? '1 problem' : `${problems.length} problems`} in ${plainText(file)}.`,
            );
        }
        return policy ? exitCode.done : exitCode.usage;
      }),
    );

/** What is not here may be where the worker runs: it is said, and the file is fine all the same. */
const missingLine = (file: string, { line, column, path, detail }: MissingFile): string =>
  `${plainText(file)}:${line}:${column} ${plainText(path)}  Not on this machine: ${plainText(detail)}`;

function printValues(output: Output, file: string, values: readonly ExplainedValue[]): void {
  output.table(
    ['SETTING', 'VALUE', 'FROM'],
    values.map(({ path, value, line, because }) => [
      plainText(path),
      plainText(value),
      line === undefined
        ? `default${because === undefined ? '' : `: ${because}`}`
        : `${plainText(file)}:${line}`,
    ]),
  );
}
