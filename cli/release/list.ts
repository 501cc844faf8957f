import { Command, InvalidArgumentError } from 'commander';
import { releaseTitle } from '../../domain/release/release.ts';
import { wordOf } from '../../domain/release/stalled.ts';
import { openStates, stateCalled, stateWord, terminalStates } from '../../domain/release/state.ts';
import { listReleases } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';

interface Options {
  service?: string;
  environment?: string;
  state?: string;
  open?: boolean;
  limit?: string;
  cursor?: string;
}

export const listCommand = (cli: Cli): Command =>
  new Command('list')
    .summary('releases, newest first')
    .description('List releases, newest first.')
    .option('--service <service>', 'only this service')
    .option('--environment <environment>', 'only those in this environment')
    .option('--state <state>', 'only this state, such as waiting; several with commas', states)
    .option('--open', 'only those that have not ended')
    .option('--limit <number>', 'how many, at most 200', wholeNumber)
    .option('--cursor <cursor>', 'go on where the last page ended')
    .addHelpText(
      'after',
      '\nExample:\n  gantry release list --open\n  gantry release list --service shop --json',
    )
    .action(
      acting(cli, async ({ output, client }, command) => {
        const { open, ...filters } = command.opts<Options>();
        const page = await listReleases(client, {
          service: filters.service,
          environment: filters.environment,
          state: filters.state,
          limit: filters.limit,
          cursor: filters.cursor,
          open: open === true ? 'true' : undefined,
        });
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach((item) => output.line(item.id));
        else if (page.items.length === 0) output.note(nothingListed(command.opts<Options>()));
        else {
          output.table(
            ['ID', 'RELEASE', 'STATE', 'STAGE', 'CREATED', 'NOW'],
            page.items.map((item) => [
              output.forPeople ? uniqueBeginning(item.id, page.items) : item.id,
              releaseTitle(item.components),
              wordOf(item),
              item.stage ?? '',
              output.shortTime(item.createdAt),
              item.headline,
            ]),
          );
        }
        if (page.next !== undefined && !output.json)
          output.note(`More: gantry release list --cursor ${page.next}`);
        return exitCode.done;
      }),
    );

/** Nothing at all, or nothing of what was asked for: then there may be others, and the flags say which are left out. */
function nothingListed({ service, environment, state, open, cursor }: Options): string {
  const filters = [
    ...(service === undefined ? [] : [`--service ${service}`]),
    ...(environment === undefined ? [] : [`--environment ${environment}`]),
    ...(state === undefined ? [] : [`--state ${state}`]),
    ...(open === true ? ['--open'] : []),
  ];
  if (cursor !== undefined) return 'No more releases. From the newest: gantry release list';
  return filters.length === 0
    ? 'No releases yet. Try: gantry release create shop 1.4.0'
    : `No release matches ${filters.join(' ')}. All of them: gantry release list`;
}

/** As far as the millisecond that it was made in: every command takes it, and a row fits on a terminal. Whole where that is not unique. */
function uniqueBeginning(id: string, items: readonly { id: string }[]): string {
  const [beginning] = /^rel_[\da-f]{12}/.exec(id) ?? [];
  if (beginning === undefined) return id;
  return items.filter((other) => other.id.startsWith(beginning)).length === 1 ? beginning : id;
}

function wholeNumber(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('Write a number from 1 to 200.');
  return text;
}

/** Names of the API from the words that people see. */
function states(text: string): string {
  const named = text.split(',').map((word) => stateCalled(word.trim()));
  if (named.includes(undefined)) {
    const known = [...openStates, ...terminalStates].map((state) => stateWord(state).replaceAll(' ', '-'));
    throw new InvalidArgumentError(`Known are ${known.join(', ')}.`);
  }
  return named.join(',');
}
