import { Argument, Command } from 'commander';
import { exitCode } from './exit-codes.ts';
import { acting, type Cli } from './session.ts';

/** What can follow the words of `path` (without `gantry`): sub-commands and flags. */
interface Place {
  path: string[];
  words: { word: string; summary: string }[];
}

export const completionCommand = (cli: Cli): Command =>
  new Command('completion')
    .description('Print a script that completes commands and flags in your shell.')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nExample:\n  source <(gantry completion bash)\n  gantry completion fish > ~/.config/fish/completions/gantry.fish',
    )
    .action(
      acting(cli, async ({ output }, command) => {
        const { wholeProgram } = await import('./run.ts');
        const places = placesOf(await wholeProgram(cli), []);
        const shell = command.args[0] as keyof typeof scripts;
        output.line(scripts[shell](places));
        return exitCode.done;
      }),
    );

function placesOf(command: Command, path: string[]): Place[] {
  const words = [
    ...command.commands.map((child) => ({
      word: child.name(),
      summary: child.summary() || child.description(),
    })),
    ...command.options.flatMap((option) =>
      option.long == null ? [] : [{ word: option.long, summary: option.description }],
    ),
    { word: '--help', summary: 'show help' },
  ];
  return [{ path, words }, ...command.commands.flatMap((child) => placesOf(child, [...path, child.name()]))];
}

const scripts = { bash, zsh, fish };

const cases = (places: Place[]): string =>
  places
    .map(
      ({ path, words }) => `    "${path.join(' ')}") words="${words.map(({ word }) => word).join(' ')}" ;;`,
    )
    .join('\n');

/** The words before the cursor that are no flags, as far as they name a command. */
const pathLoop = `  local path="" word
  for word in "\${before[@]}"; do
    case "$word" in -*) ;; *) if _gantry_words "\${path:+$path }$word" >/dev/null; then path="\${path:+$path }$word"; fi ;; esac
  done`;

const wordsFunction = (places: Place[]): string => `_gantry_words() {
  local words
  case "$1" in
${cases(places)}
    *) return 1 ;;
  esac
  printf '%s' "$words"
}`;

function bash(places: Place[]): string {
  return `# gantry completion for bash
${wordsFunction(places)}
_gantry() {
  local before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
${pathLoop}
  COMPREPLY=($(compgen -W "$(_gantry_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _gantry gantry`;
}

function zsh(places: Place[]): string {
  return `#compdef gantry
${wordsFunction(places)}
_gantry() {
  local -a before
  before=("\${(@)words[2,CURRENT-1]}")
${pathLoop}
  compadd -- \${=$(_gantry_words "$path")}
}
compdef _gantry gantry`;
}

function fish(places: Place[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = places.flatMap(({ path, words }) =>
    words.map(({ word, summary }) => {
      const condition = quoted(`__gantry_at ${path.join(' ')}`);
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c gantry -f -n ${condition} ${what} -d ${quoted(summary)}`;
    }),
  );
  return `# gantry completion for fish
function __gantry_at
  set -l words (commandline -opc)[2..]
  set -l plain (string match -v -- '-*' $words)
  test "$plain[1..2]" = "$argv" -o "$plain[1]" = "$argv"
end
${lines.join('\n')}`;
}
