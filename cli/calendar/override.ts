import { Command, Option } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import { readRelease, releasePath, type List } from '../answers.ts';
import { isConfirmed, reasonFor, yesOption } from '../confirm.ts';
import { durationFlag } from '../duration-flag.ts';
import { exitCode } from '../exit-codes.ts';
import type { Client } from '../client.ts';
import type { Output } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { usageProblem } from '../problem.ts';
import { acting, type Cli } from '../session.ts';

interface Budget {
  because: string;
}

interface Given {
  id: string;
  releaseId: string;
  /** Absent from an older server. */
  title?: string;
  freezeId: string;
  environment: string;
  by: string;
  state: string;
  expiresAt: string;
}

interface Made {
  id: string;
  state?: string;
  budget?: Budget & { left: number };
  /** That one stood already; nothing was given. */
  note?: string;
}

/** States whose names are no words of people. */
const stateWords: Record<string, string> = {
  unseconded: 'needs a second person',
  releaseEnded: 'its release has ended',
  revoked: 'taken back',
  voided: 'void',
};

const given = async (client: Client): Promise<List<Given>> =>
  (await client.get('/v1/overrides')) as List<Given>;

/** @throws CliProblem USAGE where nobody has given such a one */
async function givenWithId(client: Client, id: string) {
  const { items, names } = await given(client);
  const found = items.find((one) => one.id === id);
  if (!found)
    throw usageProblem(`No override ${id} was given in the last 30 days.`, 'See `gantry override list`.');
  return { found, names };
}

const listCommand = (cli: Cli): Command =>
  new Command('list')
    .summary('overrides of the last 30 days, and what is left')
    .description('List the overrides of the last 30 days, and what each team has left of its budget.')
    .addHelpText('after', '\nExample:\n  gantry override list')
    .action(
      acting(cli, async ({ output, client }) => {
        const { items, names } = await given(client);
        const budgets = ((await client.get('/v1/overrides/budget')) as { items: Budget[] }).items;
        if (output.json) output.document({ items, budgets, ...(names ? { names } : {}) });
        else if (output.quiet) items.forEach(({ id }) => output.line(id));
        else {
          if (items.length > 0)
            output.table(
              ['ID', 'RELEASE', 'FREEZE', 'IN', 'BY', 'STATE', 'UNTIL'],
              items.map((one) => [
                one.id,
                one.title ?? one.releaseId,
                one.freezeId,
                one.environment,
                namedIn(names)(one.by),
                stateWords[one.state] ?? one.state,
                output.shortTime(one.expiresAt),
              ]),
            );
          for (const { because } of budgets) output.line(because);
        }
        return exitCode.done;
      }),
    );

const secondCommand = (cli: Cli): Command =>
  new Command('second')
    .summary('agree to an override beyond the budget')
    .description('Agree, as a release manager other than who gave it, to an override beyond the budget.')
    .argument('<id>', 'id of the override')
    .option('--reason <text>', 'why')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry override second ovr_0189 --yes')
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        // The parent has options of the same names, which take what stands behind the subcommand.
        const { reason, yes } = command.optsWithGlobals<{ reason?: string; yes?: boolean }>();
        const id = command.args[0] ?? '';
        const { found, names } = await givenWithId(client, id);
        const isSure = await isConfirmed(session, {
          preview: [
            `${namedIn(names)(found.by)} asked that ${found.title ?? found.releaseId} may pass freeze ${found.freezeId} in ${found.environment} until ${output.time(found.expiresAt)}.`,
          ],
          question: 'Agree to it?',
          yes,
        });
        if (!isSure) return exitCode.bad;
        const path = `${releasePath(found.releaseId)}/overrides/${encodeURIComponent(id)}/second`;
        const agreed = await client.post(path, reason === undefined ? {} : { reason });
        if (output.json) output.document(agreed);
        else output.line(output.quiet ? id : `Override ${id} stands until ${output.time(found.expiresAt)}.`);
        return exitCode.done;
      }),
    );

const revokeCommand = (cli: Cli): Command =>
  new Command('revoke')
    .summary('take an override back before it ends')
    .description(
      'Take an override back before it ends: the freeze or window stands again for its release. The budget gets nothing back.',
    )
    .argument('<id>', 'id of the override')
    .option('--reason <text>', 'why (required)')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry override revoke ovr_0189 --reason "the fix can wait" --yes')
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        // The parent has options of the same names, which take what stands behind the subcommand.
        const options = command.optsWithGlobals<{ reason?: string; yes?: boolean }>();
        const id = command.args[0] ?? '';
        const { found, names } = await givenWithId(client, id);
        if (found.state !== 'live' && found.state !== 'unseconded') {
          if (output.json) output.document(found);
          else
            output.line(
              output.quiet
                ? id
                : `Override ${id} counted no more already: ${stateWords[found.state] ?? found.state}.`,
            );
          return exitCode.done;
        }
        const reason = await reasonFor(session, options.reason, '--reason', { yes: options.yes });
        const view = await readRelease(client, found.releaseId);
        const isSure = await isConfirmed(session, {
          preview: [
            `${releaseTitle(view.components)} may pass ${found.freezeId} in ${found.environment} until ${output.time(found.expiresAt)}, by ${namedIn(names)(found.by)}.`,
            'Without it, the freeze or window stands again for this release, also where it is half way.',
          ],
          question: 'Take it back?',
          yes: options.yes,
        });
        if (!isSure) return exitCode.bad;
        const path = `${releasePath(found.releaseId)}/overrides/${encodeURIComponent(id)}`;
        const gone = await client.delete(path, { reason });
        if (output.json) output.document(gone);
        else output.line(output.quiet ? id : `Override ${id} does not count any more.`);
        return exitCode.done;
      }),
    );

function printMade(output: Output, made: Made, expires: string): void {
  if (output.json) output.document(made);
  else if (output.quiet) output.line(made.id);
  else if (made.note !== undefined) output.line(plainText(made.note));
  else {
    output.line(
      made.state === 'unseconded'
        ? `Override ${made.id} needs a second person: your team’s budget is spent. Those who may agree get a mail; they write: gantry override second ${made.id}`
        : `Override ${made.id} stands until ${output.time(expires)}.`,
    );
    if (made.budget && made.budget.left > 0) output.note(`Before it: ${made.budget.because}`);
  }
}

interface Options {
  longer?: boolean;
  environment?: string;
  reason?: string;
  for: number;
  yes?: boolean;
}

export const overrideCommand = (cli: Cli): Command =>
  new Command('override')
    .summary('let one release pass one freeze')
    .description(
      'Let one release pass one freeze in one environment. It is recorded, counts in your team’s budget, and ends by itself.',
    )
    .argument('<release>', 'id, its unique beginning, or shop@1.4.0')
    .argument('<freeze>', 'name of the freeze')
    .option('--environment <environment>', 'left out: where the release is now')
    .option('--reason <text>', 'why, at least 10 characters (required)')
    .addOption(
      new Option('--for <duration>', 'how long it counts, at most 24h')
        .argParser(durationFlag)
        .default(durationFlag('2h'), '2h'),
    )
    .option('--longer', 'beyond the end of one that stands; without it, that one is the answer')
    .addOption(yesOption())
    .addCommand(listCommand(cli))
    .addCommand(secondCommand(cli))
    .addCommand(revokeCommand(cli))
    .addHelpText(
      'after',
      '\nExample:\n  gantry override shop@1.4.1 black-friday --reason "fixes lost carts" --yes',
    )
    .action(
      acting(cli, async (session, command) => {
        const { output, client, io } = session;
        const options = command.opts<Options>();
        const [id = '', freeze = ''] = command.args;
        const view = await readRelease(client, id);
        const environment = options.environment ?? view.stage ?? '';
        const reason = await reasonFor(session, options.reason, '--reason', { yes: options.yes });
        const expires = new Date(io.now().getTime() + options.for).toISOString();
        const isSure = await isConfirmed(session, {
          preview: [
            `${releaseTitle(view.components)} may pass freeze ${freeze} in ${environment} until ${output.time(expires)}.`,
            'It is recorded under your name and counts in your team’s budget.',
          ],
          question: 'Override it?',
          yes: options.yes,
        });
        if (!isSure) return exitCode.bad;
        const made = (await client.post(`${releasePath(view.id)}/overrides`, {
          freeze,
          environment,
          reason,
          expires,
          ...(options.longer === true ? { longer: true } : {}),
        })) as Made;
        printMade(output, made, expires);
        return exitCode.done;
      }),
    );
