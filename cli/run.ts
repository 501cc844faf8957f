import { Command, CommanderError, Option, type Argument } from 'commander';
import { commands } from './commands.ts';
import { exitCode, exitCodeOf } from './exit-codes.ts';
import { Interrupted, type Io } from './io.ts';
import { createOutput, type OutputOptions } from './output.ts';
import { ownVersion } from './own-version.ts';
import { asCliProblem, printProblem, usageProblem } from './problem.ts';
import type { Cli } from './session.ts';

const HELP_WIDTH = 80;

/** Runs one command line (without node and script) and gives the exit code of ux §1.3. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const cli: Cli = { io, exitCode: exitCode.done };
  const program = emptyProgram(io);
  try {
    await addCommands(program, argv, cli);
    await program.parseAsync(asFlags(argv), { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
    if (error instanceof CommanderError && error.code === 'commander.help') return exitCode.usage;
    if (error instanceof Interrupted) {
      io.stderr.write('\nNothing has changed.\n');
      return exitCode.interrupted;
    }
    const failure =
      error instanceof CommanderError ? misuse(error, pathOf(program, argv)) : asCliProblem(error);
    printProblem(io, cli.output ?? createOutput(io, outputFlags(argv)), failure);
    if (argv.includes('--debug') && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
    return exitCodeOf(failure.problem);
  }
}

/** `gantry help release` is `gantry release --help`; nothing at all asks for help, too. */
function asFlags(argv: readonly string[]): string[] {
  if (argv.length === 0) return ['--help'];
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
}

/** Words of the (sub-)command that `argv` names, as far as it is known. */
function pathOf(program: Command, argv: readonly string[]): string[] {
  const path: string[] = [];
  let here = program;
  for (const word of argv.filter((candidate) => !candidate.startsWith('-'))) {
    const child = here.commands.find((command) => command.name() === word);
    if (!child) break;
    path.push(word);
    here = child;
  }
  return path;
}

/** The whole command tree, every file loaded; for shell completion and the reference. */
export async function wholeProgram(cli: Cli): Promise<Command> {
  const program = emptyProgram(cli.io);
  for (const entry of commands)
    program.addCommand(prepared(await entry.load(cli), cli.io), { hidden: entry.isShort === true });
  return program;
}

async function addCommands(program: Command, argv: readonly string[], cli: Cli): Promise<void> {
  for (const entry of commands) {
    const isAskedFor = argv.includes(entry.name);
    const command = isAskedFor ? await entry.load(cli) : new Command(entry.name);
    program.addCommand(prepared(command.summary(entry.summary), cli.io), { hidden: entry.isShort === true });
  }
}

/** Names of the commands that are not listed, in lines of at most 76 characters. */
const moreCommands = (): string =>
  commands
    .filter(({ isShort }) => isShort)
    .map(({ name }) => name)
    .sort()
    .reduce<string[]>((lines, name) => {
      const last = lines.at(-1);
      return last === undefined || `${last}, ${name}`.length > 76
        ? [...lines, `  ${name}`]
        : [...lines.slice(0, -1), `${last}, ${name}`];
    }, [])
    .join(',\n');

function emptyProgram(io: Io): Command {
  const program = new Command('gantry')
    .description('Gantry releases software: checks, approvals by mail, steps, analysis, rollback.')
    .version(ownVersion(), '--version', 'version of this program')
    .enablePositionalOptions()
    .helpCommand(false)
    .addHelpText(
      'after',
      `
More commands (each has gantry COMMAND --help):
${moreCommands()}

Example:
  gantry release create shop 1.4.0 --wait`,
    );
  return prepared(program, io, { hideGlobals: false });
}

/** Hands the settings of `gantry` down: commands made elsewhere do not inherit them. */
function prepared(command: Command, io: Io, { hideGlobals = true } = {}): Command {
  command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined, // `run` prints it, in the shape of every other problem
      getOutHelpWidth: () => Math.min(HELP_WIDTH, io.stdout.columns ?? HELP_WIDTH),
      getErrHelpWidth: () => Math.min(HELP_WIDTH, io.stderr.columns ?? HELP_WIDTH),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      subcommandTerm: (child) => [child.name(), ...child.registeredArguments.map(argumentTerm)].join(' '),
    })
    .showSuggestionAfterError(true)
    .helpCommand(false);
  const taken = new Set(command.options.map((option) => option.long));
  for (const option of globalOptions()) {
    if (!taken.has(option.long)) command.addOption(option.hideHelp(hideGlobals));
  }
  for (const child of command.commands) prepared(child, io);
  return command;
}

const argumentTerm = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

const globalOptions = (): Option[] => [
  new Option('--json', 'one JSON document, the shape of the API'),
  new Option('--quiet', 'ids only'),
  new Option('--no-color', 'words without colour'),
  new Option('--zone <zone>', 'zone of times; left out: yours, else the organisation’s'),
  new Option('--url <address>', 'server (GANTRY_URL, .gantry/cli.json)'),
  new Option('--token <token>', 'access token (GANTRY_TOKEN)'),
  new Option('--debug', 'stack traces of defects'),
];

function outputFlags(argv: readonly string[]): OutputOptions {
  return {
    json: argv.includes('--json'),
    quiet: argv.includes('--quiet'),
    color: !argv.includes('--no-color'),
  };
}

function misuse(error: CommanderError, path: readonly string[]): ReturnType<typeof usageProblem> {
  const sentence = error.message
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .replace(/ \(Did you mean (.*)\?\)$/, '. Did you mean $1?');
  return usageProblem(
    /[.?!]$/.test(sentence) ? sentence : `${sentence}.`,
    `See \`${['gantry', ...path].join(' ')} --help\`.`,
  );
}
