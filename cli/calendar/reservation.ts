import { Command } from 'commander';
import { namedIn } from '../../domain/release/names.ts';
import type { List, Names } from '../answers.ts';
import { isConfirmed, reasonFor, unaskedYes, yesOption } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { usageProblem } from '../problem.ts';
import { listed } from '../listed.ts';
import { acting, type Cli } from '../session.ts';

interface ReservationAnswer {
  id: string;
  title: string;
  environment: string;
  services: string[];
  start: string;
  end: string;
  state: 'reserved' | 'queued' | 'released';
  createdBy: string;
}

const path = '/v1/reservations';

interface Options {
  from?: string;
  to?: string;
  zone?: string;
  service?: string[];
  environment?: string;
  released?: boolean;
  title?: string;
  release?: string;
  overlap?: boolean;
  reason?: string;
  yes?: boolean;
}

const spanOf = (output: Output, { start, end }: ReservationAnswer): string =>
  `from ${output.time(start)} to ${output.time(end)}`;

const placeOf = ({ environment, services }: ReservationAnswer): string =>
  services.length === 0 ? environment : `${services.join(', ')} in ${environment}`;

const list = (cli: Cli): Command =>
  new Command('list')
    .summary('who has reserved what, and who waits for it')
    .description('List reservations that have not ended, in the order of their starts.')
    .option('--from <time>', 'those that end after it; left out: now')
    .option('--to <time>', 'those that start before it')
    .option('--zone <zone>', 'zone of all times; left out: yours, else the organisation’s')
    .option('--environment <environment>', 'only this environment')
    .option('--service <service>', 'those that keep others out of this service')
    .option('--released', 'also those that were given back')
    .addHelpText('after', '\nExample:\n  gantry calendar reservation list --environment staging')
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const options = command.opts<Omit<Options, 'service'> & { service?: string }>();
        const { instant } = session;
        const page = (await client.get(path, {
          from: options.from === undefined ? undefined : await instant(options.from),
          to: options.to === undefined ? undefined : await instant(options.to),
          environment: options.environment,
          service: options.service,
          released: options.released === true ? 'true' : undefined,
        })) as List<ReservationAnswer>;
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach(({ id }) => output.line(id));
        else if (page.items.length === 0)
          output.note('No reservations. Try: gantry calendar reservation add --help');
        else
          output.table(
            ['ID', 'FROM', 'TO', 'WHERE', 'STATE', 'BY', 'WHAT'],
            page.items.map((one) => [
              one.id,
              output.shortTime(one.start),
              output.shortTime(one.end),
              placeOf(one),
              one.state,
              namedIn(page.names)(one.createdBy),
              plainText(one.title),
            ]),
          );
        return exitCode.done;
      }),
    );

const add = (cli: Cli): Command =>
  new Command('add')
    .summary('reserve an environment for a time')
    .description(
      'Reserve an environment, or services in it, for a time. Where somebody has it, you are refused or queued, as the environment says.',
    )
    .argument('<environment>', 'such as staging')
    .requiredOption('--from <time>', '2026-12-01T09:00, or +2h')
    .requiredOption('--to <time>', 'when it ends')
    .option('--zone <zone>', 'zone of these times; left out: yours, else the organisation’s')
    .option('--service <service...>', 'only these services; left out: the whole environment', listed)
    .option('--release <release>', 'for this release; left out: for you')
    .option('--title <text>', 'what for; left out: the release, or the reason')
    .option('--overlap', 'others who say so as well may have the same time')
    .option('--reason <text>', 'why, for everybody whom it keeps out (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry calendar reservation add staging --from +1h --to +3h --reason "load"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const options = command.opts<Options>();
        const start = await session.instant(options.from ?? '');
        const end = await session.instant(options.to ?? '');
        if (start >= end)
          throw usageProblem('The reservation would end before it begins.', 'Give a later time as --to.');
        const reason = await reasonFor(session, options.reason, '--reason');
        const made = (await client.post(path, {
          environment: command.args[0] ?? '',
          services: options.service ?? [],
          start,
          end,
          reason,
          ...(options.title === undefined ? {} : { title: options.title }),
          ...(options.release === undefined ? {} : { release: options.release }),
          ...(options.overlap === true ? { overlap: true } : {}),
        })) as ReservationAnswer & {
          behind: ReservationAnswer[];
          names?: Names;
        };
        if (output.json) output.document(made);
        else if (output.quiet) output.line(made.id);
        else {
          output.line(
            made.state === 'queued'
              ? `${placeOf(made)} is taken; you wait for it ${spanOf(output, made)} (${made.id}).`
              : `${placeOf(made)} is reserved ${spanOf(output, made)} (${made.id}).`,
          );
          for (const other of made.behind)
            output.note(
              `Before you: ${plainText(other.title)}, ${spanOf(output, other)}, by ${namedIn(made.names)(other.createdBy)}.`,
            );
        }
        return exitCode.done;
      }),
    );

const release = (cli: Cli): Command =>
  new Command('release')
    .summary('give a reservation back')
    .description('Give a reservation back. Who is next in the queue has it at once.')
    .argument('<id>', 'as `gantry calendar reservation list` shows it')
    .option('--reason <text>', 'why')
    .addOption(yesOption())
    .addHelpText('after', '\nExample:\n  gantry calendar reservation release res_01ab --reason "done" --yes')
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const { reason, yes } = command.opts<Options>();
        const id = command.args[0] ?? '';
        const isSure = await isConfirmed(session, {
          preview: ['Others may take the time; who is next in the queue has it at once.'],
          question: `Give reservation ${id} back?`,
          yes,
        });
        if (!isSure) return exitCode.bad;
        const gone = await client.delete(
          `${path}/${encodeURIComponent(id)}`,
          reason === undefined ? {} : { reason },
        );
        if (output.json) output.document(gone);
        else output.line(output.quiet ? id : `Reservation ${id} is given back.`);
        return exitCode.done;
      }),
    );

/** `gantry calendar reservation …` */
export const reservationCommand = (cli: Cli): Command =>
  new Command('reservation')
    .description('Times for which an environment is spoken for.')
    .addHelpText('after', '\nExample:\n  gantry calendar reservation list')
    .addCommand(list(cli))
    .addCommand(add(cli))
    .addCommand(release(cli));
