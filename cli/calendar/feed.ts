import { Command } from 'commander';
import { unaskedYes } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { listed } from '../listed.ts';
import { acting, type Cli } from '../session.ts';

interface FeedAnswer {
  id: string;
  name: string;
  services: string[];
  environments: string[];
  createdAt?: string;
  revokedAt?: string;
  lastReadAt?: string;
  url?: string;
}

const path = '/v1/calendar/feeds';

const create = (cli: Cli): Command =>
  new Command('create')
    .summary('make an address for a calendar program')
    .description(
      'Make an address under which Google, Outlook or Apple Calendar reads the calendar. It is shown once.',
    )
    .argument('<name>', 'as the calendar program shows it')
    .option('--service <service...>', 'only these services', listed)
    .option('--environment <environment...>', 'only these environments', listed)
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry calendar feed create "Releases of the shop" --service shop')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const { service = [], environment = [] } = command.opts<{
          service?: string[];
          environment?: string[];
        }>();
        const made = (await client.post(path, {
          name: command.args[0],
          services: service,
          environments: environment,
        })) as FeedAnswer;
        if (output.json) output.document(made);
        else {
          output.line(made.url ?? '');
          output.note(
            `Feed ${made.id}. Whoever has this address can read the calendar; it is not shown again.`,
          );
        }
        return exitCode.done;
      }),
    );

const list = (cli: Cli): Command =>
  new Command('list')
    .summary('your feeds')
    .description('List your calendar feeds; their addresses are not shown again.')
    .addHelpText('after', '\nExample:\n  gantry calendar feed list')
    .action(
      acting(cli, async ({ output, client }) => {
        const page = (await client.get(path)) as { items: FeedAnswer[] };
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach(({ id }) => output.line(id));
        else if (page.items.length === 0)
          output.note('No feeds yet. Try: gantry calendar feed create "Releases"');
        else
          output.table(
            ['ID', 'NAME', 'ABOUT', 'LAST READ', 'STATE'],
            page.items.map((one) => [
              one.id,
              one.name,
              [...one.services, ...one.environments].join(', ') || 'everything',
              output.shortTime(one.lastReadAt),
              one.revokedAt === undefined ? 'live' : 'revoked',
            ]),
          );
        return exitCode.done;
      }),
    );

const revoke = (cli: Cli): Command =>
  new Command('revoke')
    .summary('end a feed')
    .description('End a feed: its address answers no more.')
    .argument('<id>', 'as `gantry calendar feed list` shows it')
    .addOption(unaskedYes())
    .addHelpText('after', '\nExample:\n  gantry calendar feed revoke feed_01ab')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const id = command.args[0] ?? '';
        const gone = await client.delete(`${path}/${encodeURIComponent(id)}`);
        if (output.json) output.document(gone);
        else output.line(output.quiet ? id : `Feed ${id} answers no more.`);
        return exitCode.done;
      }),
    );

/** `gantry calendar feed …` */
export const feedCommand = (cli: Cli): Command =>
  new Command('feed')
    .description('Addresses under which calendar programs read the calendar.')
    .addHelpText('after', '\nExample:\n  gantry calendar feed create "Releases"')
    .addCommand(create(cli))
    .addCommand(list(cli))
    .addCommand(revoke(cli));
