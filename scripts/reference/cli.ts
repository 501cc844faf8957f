import type { Command } from 'commander';
import { commands } from '../../cli/commands.ts';
import { exitCode } from '../../cli/exit-codes.ts';
import type { Io } from '../../cli/io.ts';
import { wholeProgram } from '../../cli/run.ts';

/** The reference of the command line as Markdown: every command’s own help, in the order of `gantry --help`. */
export async function cliReference(): Promise<string> {
  const page = { text: '' };
  const program = await wholeProgram({ io: writingTo(page), exitCode: exitCode.done });
  for (const { name, summary } of commands)
    // as `gantry --help` lists them
    program.commands.find((command) => command.name() === name)?.summary(summary);
  const sections = [program, ...program.commands.flatMap(withChildren)].map((command) => {
    page.text = '';
    command.outputHelp();
    return `\n## ${pathOf(command)}\n\n\`\`\`text\n${page.text.trimEnd()}\n\`\`\``;
  });
  return [...opening, ...sections, ''].join('\n');
}

const meanings: Record<keyof typeof exitCode, string> = {
  done: 'done, or the answer is good',
  bad: 'the answer is bad: failed, rejected, expired, denied by a gate, audit log invalid',
  usage: 'wrong usage or configuration',
  notAllowed: 'not signed in, or not allowed',
  notFound: 'not found',
  conflict: 'stale, already decided, already open',
  timedOut: 'the time of `--wait` is over; the release goes on',
  unreachable: 'the server is away or busy; trying again may help',
  defect: 'a defect in Gantry',
  interrupted: 'interrupted by Ctrl-C',
};

const opening = [
  '# Command line',
  '',
  'Made from the commands by `npx tsx scripts/export-cli.ts`. Results go to stdout, progress and hints to stderr. With `--json`, stdout is',
  'one JSON document in the shape of the API, problems included. Server and token come from `--url` and `--token`, else from',
  '`GANTRY_URL` and `GANTRY_TOKEN`, else from `.gantry/cli.json` here or in a folder above.',
  '',
  '## Exit codes',
  '',
  '| Code | Meaning |',
  '| --- | --- |',
  ...Object.entries(exitCode).map(
    ([name, code]) => `| ${code} | ${meanings[name as keyof typeof exitCode]} |`,
  ),
];

const withChildren = (command: Command): Command[] => [command, ...command.commands.flatMap(withChildren)];

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** Nobody sits there, nothing is set, and nothing may be asked or read. */
function writingTo(page: { text: string }): Io {
  const refuse = (): Promise<never> => Promise.reject(new Error('help asks nothing'));
  return {
    stdout: { write: (text) => void (page.text += text), isTerminal: false },
    stderr: { write: () => undefined, isTerminal: false },
    stdinIsTerminal: false,
    env: {},
    cwd: '/',
    ask: refuse,
    readStdin: refuse,
    interrupted: new AbortController().signal,
    now: () => new Date(0),
  };
}
