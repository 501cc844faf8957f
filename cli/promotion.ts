import { Command } from 'commander';
import { reasonFor, unaskedYes } from './confirm.ts';
import { exitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

interface HoldAnswer {
  environment: string;
  service: string;
  because: string;
  at: string;
}

const listCommand = (cli: Cli): Command =>
  new Command('list')
    .summary('places that take no promotion by itself')
    .description('List the places that take no promotion by itself, because something was rolled back there.')
    .addHelpText('after', '\nExample:\n  gantry promotion list')
    .action(
      acting(cli, async ({ output, client }) => {
        const page = (await client.get('/v1/promotion-holds')) as { items: HoldAnswer[] };
        if (output.json) output.document(page);
        else if (output.quiet) page.items.forEach((one) => output.line(`${one.service} ${one.environment}`));
        else if (page.items.length === 0) output.note('Nothing is held.');
        else
          output.table(
            ['SERVICE', 'ENVIRONMENT', 'SINCE', 'BECAUSE'],
            page.items.map((one) => [
              one.service,
              one.environment,
              output.shortTime(one.at),
              plainText(one.because),
            ]),
          );
        return exitCode.done;
      }),
    );

const liftCommand = (cli: Cli): Command =>
  new Command('lift')
    .summary('let a service be promoted by itself again')
    .description('Let a service be promoted into an environment by itself again.')
    .argument('<service>', 'service that is held')
    .argument('<environment>', 'where it is held')
    .option('--reason <text>', 'why it may go on (required)')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry promotion lift shop production --reason "the cause was the network"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const [service = '', environment = ''] = command.args;
        const reason = await reasonFor(session, command.opts<{ reason?: string }>().reason, '--reason');
        await client.post(
          `/v1/promotion-holds/${encodeURIComponent(environment)}/${encodeURIComponent(service)}/lift`,
          { reason },
        );
        if (output.json) output.document({ service, environment, lifted: true });
        else output.line(`${service} may be promoted into ${environment} by itself again.`);
        return exitCode.done;
      }),
    );

/** `gantry promotion …` */
export const promotionCommand = (cli: Cli): Command =>
  new Command('promotion')
    .description('Places that take no promotion by itself after a rollback.')
    .addHelpText('after', '\nExample:\n  gantry promotion list')
    .addCommand(listCommand(cli))
    .addCommand(liftCommand(cli));
