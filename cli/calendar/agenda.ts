import { Command } from 'commander';
import { exitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { acting, type Cli } from '../session.ts';

interface EntryAnswer {
  kind: string;
  start: string;
  end?: string;
  title: string;
  state: string;
  owner?: string;
  marks: string[];
  collisions: string[];
  /** Servers before this field do not send it. */
  overridden?: string[];
}

interface Options {
  from?: string;
  to?: string;
  zone?: string;
  service?: string;
  environment?: string;
}

export const agendaCommand = (cli: Cli): Command =>
  new Command('agenda')
    .summary('what stands in the calendar')
    .description(
      'Print what stands in the calendar: freezes, windows, reservations, trains, milestones and releases.',
    )
    .option('--from <time>', 'left out: now')
    .option('--to <time>', 'left out: 14 days later')
    .option('--zone <zone>', 'zone of all times; left out: yours, else the organisation’s')
    .option('--service <service>', 'only this service')
    .option('--environment <environment>', 'only this environment')
    .addHelpText('after', '\nExample:\n  gantry calendar agenda --to +30d --environment production')
    .action(
      acting(cli, async ({ output, client, instant }, command) => {
        const options = command.opts<Options>();
        const page = (await client.get('/v1/calendar', {
          from: await instant(options.from ?? '+0s'),
          to: await instant(options.to ?? '+14d'),
          service: options.service,
          environment: options.environment,
        })) as { items: EntryAnswer[] };
        if (output.json) output.document(page);
        else if (page.items.length === 0)
          output.note('Nothing stands in the calendar. Try: gantry freeze add --help');
        else
          output.table(
            ['START', 'END', 'KIND', 'WHAT', 'STATE', 'COLLIDES WITH'],
            page.items.map((one) => [
              output.shortTime(one.start),
              output.shortTime(one.end),
              one.kind,
              plainText(one.title),
              [
                one.kind === 'window' || one.kind === 'freeze' ? '' : one.state,
                ...one.marks,
                ...(one.overridden ?? []).map((title) => `passes ${title} by override`),
              ]
                .filter(Boolean)
                .join(', '),
              one.collisions.join(', '),
            ]),
          );
        return exitCode.done;
      }),
    );
