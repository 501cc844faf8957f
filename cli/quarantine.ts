import { Command } from 'commander';
import { namedIn, type NameOf } from '../domain/release/names.ts';
import type { Names } from './answers.ts';
import { reasonFor, unaskedYes } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

interface QuarantineAnswer {
  id: string;
  service?: string;
  version?: string;
  digest?: string;
  by: string;
  reason: string;
  at: string;
  lifts: { by: string }[];
  liftedAt?: string;
}

const buildOf = ({ service, version, digest }: QuarantineAnswer): string =>
  service === undefined ? (digest ?? '') : `${service} ${version ?? ''}`;

const stateOf = (
  { lifts, liftedAt }: QuarantineAnswer,
  { time, nameOf }: { time: (at: string) => string; nameOf: NameOf },
): string =>
  liftedAt !== undefined
    ? `lifted ${time(liftedAt)}`
    : lifts.length > 0
      ? `stands; ${lifts.map(({ by }) => nameOf(by)).join(', ')} agreed to lift it`
      : 'stands';

const list = (cli: Cli): Command =>
  new Command('list')
    .summary('builds that may go nowhere')
    .description(
      'List the builds that are quarantined: since when, by whom, why, and who has agreed to lift it.',
    )
    .option('--all', 'those that were lifted, too')
    .addHelpText('after', '\nExample:\n  gantry quarantine list')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const query = command.opts<{ all?: boolean }>().all === true ? { all: 'true' } : {};
        const page = (await client.get('/v1/quarantines', query)) as {
          items: QuarantineAnswer[];
          names?: Names;
        };
        const nameOf = namedIn(page.names);
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach((item) => output.line(item.id));
        else if (page.items.length === 0) output.note('Nothing is quarantined.');
        else
          output.table(
            ['ID', 'BUILD', 'SINCE', 'BY', 'REASON', 'STATE'],
            page.items.map((item) => [
              item.id,
              buildOf(item),
              output.shortTime(item.at),
              nameOf(item.by),
              item.reason,
              stateOf(item, { time: output.time, nameOf }),
            ]),
          );
        return exitCode.done;
      }),
    );

const add = (cli: Cli): Command =>
  new Command('add')
    .summary('ban a build everywhere')
    .description(
      'Ban a build everywhere: releases of it are denied, and held where they are under way. Two people lift it.',
    )
    .argument('[service]', 'service; left out with --digest alone')
    .argument('[version]', 'its version')
    .option('--digest <digest>', 'everything that carries this digest')
    .option('--reason <text>', 'why, at least 10 characters (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry quarantine add shop 1.4.0 --reason "corrupts carts of guests"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const [service, version] = command.args;
        const options = command.opts<{ digest?: string; reason?: string }>();
        const reason = await reasonFor(session, options.reason, '--reason');
        const answer = (await client.post('/v1/quarantines', {
          ...(service === undefined ? {} : { service }),
          ...(version === undefined ? {} : { version }),
          ...(options.digest === undefined ? {} : { digest: options.digest }),
          reason,
        })) as QuarantineAnswer & { note?: string };
        if (output.json) output.document(answer);
        else
          output.line(
            output.quiet
              ? answer.id
              : `${buildOf(answer)} is quarantined (${answer.id}). Two people lift it: gantry quarantine lift ${answer.id} --reason "…"`,
          );
        if (answer.note !== undefined && !output.json) output.note(plainText(answer.note));
        return exitCode.done;
      }),
    );

const lift = (cli: Cli): Command =>
  new Command('lift')
    .summary('agree that a build may go on again')
    .description('Agree that a build may go on again. The word of a second person lifts the quarantine.')
    .argument('<id>', 'id of the quarantine, as `gantry quarantine list` shows it')
    .option('--reason <text>', 'why, at least 10 characters (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry quarantine lift qua_0190 --reason "the cart service was to blame"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const reason = await reasonFor(session, command.opts<{ reason?: string }>().reason, '--reason');
        const id = command.args[0] ?? '';
        const answer = (await client.post(`/v1/quarantines/${encodeURIComponent(id)}/lift`, {
          reason,
        })) as QuarantineAnswer;
        if (output.json) output.document(answer);
        else
          output.line(
            answer.liftedAt === undefined
              ? `${buildOf(answer)} stays quarantined until one more person agrees.`
              : `${buildOf(answer)} is not quarantined any more.`,
          );
        return exitCode.done;
      }),
    );

/** `gantry quarantine …` */
export const quarantineCommand = (cli: Cli): Command =>
  new Command('quarantine')
    .description('Builds that may go nowhere: one person bans a build, two lift the ban.')
    .addHelpText('after', '\nExample:\n  gantry quarantine list')
    .addCommand(list(cli))
    .addCommand(add(cli))
    .addCommand(lift(cli));
