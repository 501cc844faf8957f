import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { messageOf } from '../../platform/errors.ts';
import { runPolicyTests, type PolicyTestRun } from '../../platform/policy/run-policy-tests.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { usageProblem } from '../problem.ts';
import { problemLine } from '../problem-line.ts';
import { acting, type Cli } from '../session.ts';
import { junitReport } from './junit-report.ts';

export const testCommand = (cli: Cli): Command =>
  new Command('test')
    .summary('run policy cases from files')
    .description(
      'Run cases that say what each gate must answer with given facts. Needs no server. Exit code 1 if one is not as expected.',
    )
    .argument('<file...>', 'YAML or JSON files of cases')
    .option('--junit <file>', 'also write the results as JUnit XML')
    .addHelpText('after', '\nExample:\n  gantry policy test policy-tests.yaml --junit results.xml')
    .action(
      acting(cli, async ({ io, output }, command) => {
        const runs: PolicyTestRun[] = [];
        for (const file of command.args) {
          const path = resolve(io.cwd, file);
          runs.push(await runPolicyTests({ text: await readText(path), file, path }, readText));
        }
        const { junit } = command.opts<{ junit?: string }>();
        if (junit !== undefined) await writeReport(resolve(io.cwd, junit), junitReport(runs));
        print(output, runs);
        return endOf(runs);
      }),
    );

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw usageProblem(`${path} cannot be read: ${messageOf(error)}.`, 'Name a file that is there.');
  }
}

/** A report is made anew each time, so it replaces the one before. */
async function writeReport(path: string, report: string): Promise<void> {
  try {
    await writeFile(path, report);
  } catch (error) {
    throw usageProblem(
      `${path} cannot be written: ${messageOf(error)}.`,
      'Name a file in a folder of yours.',
    );
  }
}

function endOf(runs: readonly PolicyTestRun[]): ExitCode {
  if (runs.some(({ problems }) => problems.length > 0)) return exitCode.usage;
  return runs.every(({ results }) => results.every(({ passed }) => passed)) ? exitCode.done : exitCode.bad;
}

function print(output: Output, runs: readonly PolicyTestRun[]): void {
  const results = runs.flatMap((run) => run.results);
  const passed = results.filter((result) => result.passed).length;
  const problems = runs.flatMap((run) => run.problems);
  if (output.json) {
    output.document({ passed, failed: results.length - passed, problems: problems.length, files: runs });
    return;
  }
  for (const run of runs) {
    run.problems.forEach((problem) => output.line(problemLine(problem)));
    for (const { name, passed, differences } of run.results) {
      output.line(`${passed ? output.paint.good('pass') : output.paint.bad('FAIL')}  ${plainText(name)}`);
      differences.forEach((difference) => output.line(`      ${plainText(difference)}`));
    }
  }
  if (problems.length > 0)
    output.note(
      `${problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`}; nothing of that file was run.`,
    );
  output.note(`${passed} of ${results.length} cases are as expected.`);
}
