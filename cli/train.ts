import { Command } from 'commander';
import { namedIn } from '../domain/release/names.ts';
import type { Names } from './answers.ts';
import { isConfirmed, reasonFor, yesOption } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli, type Session } from './session.ts';

interface TrainAnswer {
  id: string;
  to: string;
  captain: string;
  names?: Names;
  headline: string;
  /** Of a command: why there was nothing to do. */
  note?: string;
  next?: { number: number; departsAt: string };
  departures: { number: number; departsAt: string; state: string; because?: string }[];
}

interface Options {
  reason?: string;
  to?: string;
  zone?: string;
  yes?: boolean;
}

const pathOf = (id: string): string => `/v1/trains/${encodeURIComponent(id)}`;

const list = (cli: Cli): Command =>
  new Command('list')
    .summary('trains and what they do now')
    .description('List the trains of the policy and what each does now.')
    .addHelpText('after', '\nExample:\n  gantry train list')
    .action(
      acting(cli, async ({ output, client }) => {
        const page = (await client.get('/v1/trains')) as { items: TrainAnswer[] };
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach(({ id }) => output.line(id));
        else if (page.items.length === 0) output.note('No trains. Write them into gantry.yaml under trains.');
        else
          output.table(
            ['ID', 'TO', 'CAPTAIN', 'NOW'],
            page.items.map((item) => [
              item.id,
              item.to,
              namedIn(item.names)(item.captain),
              plainText(item.headline),
            ]),
          );
        return exitCode.done;
      }),
    );

const show = (cli: Cli): Command =>
  new Command('show')
    .summary('one train with its last departures')
    .description('Show one train with its last departures.')
    .argument('<id>', 'name of the train')
    .addHelpText('after', '\nExample:\n  gantry train show weekly')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const train = (await client.get(pathOf(command.args[0] ?? ''))) as TrainAnswer;
        if (output.json) output.document(train);
        else {
          output.line(`train ${train.id} → ${train.to}, captain ${namedIn(train.names)(train.captain)}`);
          output.line(plainText(train.headline));
          for (const one of train.departures)
            output.line(
              `  ${one.number}  ${output.time(one.departsAt)}  ${one.state}  ${plainText(one.because ?? '')}`,
            );
        }
        return exitCode.done;
      }),
    );

/** What `+2h` counts from: the departure that is delayed. Epoch milliseconds; now where none is planned. */
async function departureOf({ client, io }: Session, id: string, to: string): Promise<number> {
  const { next } = to.startsWith('+') ? ((await client.get(pathOf(id))) as TrainAnswer) : {};
  return next === undefined ? io.now().getTime() : Date.parse(next.departsAt);
}

interface Steering {
  name: 'skip' | 'delay' | 'hold' | 'resume' | 'leave';
  summary: string;
  /** What happens, before it is asked whether to go on; left out for what is harmless. */
  effect?: string;
}

const isAboutNext = (name: Steering['name']): boolean => ['skip', 'delay', 'leave'].includes(name);

const steering = (cli: Cli, { name, summary, effect }: Steering): Command => {
  const command = new Command(name)
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .argument('<id>', 'name of the train')
    .option('--reason <text>', 'why (required)');
  if (name === 'delay')
    command
      .requiredOption('--to <time>', '2026-12-01T15:00, or +2h: two hours after it was to leave')
      .option('--zone <zone>', 'zone of --to; left out: yours, else the organisation’s');
  return command
    .addOption(yesOption())
    .addHelpText(
      'after',
      `\nExample:\n  gantry train ${name} weekly${name === 'delay' ? ' --to +2h' : ''} --reason "nobody is here"${effect === undefined ? '' : ' --yes'}`,
    )
    .action(
      acting(cli, async (session, cmd) => {
        const { output, client } = session;
        const options = cmd.opts<Options>();
        const id = cmd.args[0] ?? '';
        const until =
          options.to === undefined
            ? undefined
            : await session.instant(options.to, await departureOf(session, id, options.to));
        const reason = await reasonFor(
          session,
          options.reason,
          '--reason',
          effect === undefined ? undefined : { yes: options.yes },
        );
        // What is meant is the departure that is next now: by the time of the answer it may have left.
        const next = isAboutNext(name) ? ((await client.get(pathOf(id))) as TrainAnswer).next : undefined;
        const which = next ? [`Next: departure ${next.number}, ${output.time(next.departsAt)}.`] : [];
        if (
          effect !== undefined &&
          !(await isConfirmed(session, {
            preview: [...which, effect],
            question: `${name} ${id}?`,
            yes: options.yes,
          }))
        )
          return exitCode.bad;
        const train = (await client.post(`${pathOf(id)}/${name}`, {
          reason,
          ...(until === undefined ? {} : { until }),
          ...(next ? { departure: next.number } : {}),
        })) as TrainAnswer;
        if (output.json) output.document(train);
        else if (train.note !== undefined && !output.quiet) output.line(plainText(train.note));
        else output.line(output.quiet ? id : `train ${id}: ${plainText(train.headline)}`);
        return exitCode.done;
      }),
    );
};

const ways: readonly Steering[] = [
  {
    name: 'skip',
    summary: 'leave out the next departure; the rhythm stays',
    effect: 'Nobody rides with the next departure.',
  },
  { name: 'delay', summary: 'let the next departure leave later' },
  { name: 'hold', summary: 'let nothing depart until somebody resumes it' },
  { name: 'resume', summary: 'start a train that was held or stopped' },
  {
    name: 'leave',
    summary: 'depart without the required services that are not ready',
    effect: 'Required services that are not ready stay behind.',
  },
];

/** `gantry train …` */
export function trainCommand(cli: Cli): Command {
  const train = new Command('train')
    .description(
      'Recurring departures that take along what is ready. `gantry train` is short for `gantry calendar train`.',
    )
    .addHelpText('after', '\nExample:\n  gantry train list')
    .addCommand(list(cli))
    .addCommand(show(cli));
  for (const way of ways) train.addCommand(steering(cli, way));
  return train;
}
