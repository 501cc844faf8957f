import { Command } from 'commander';
import { reasonFor } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { acting, type Cli } from '../session.ts';
import { instantFlag } from '../time-flag.ts';
import { steer } from './steer.ts';

interface Options {
  check: string;
  service?: string;
  reason?: string;
  until: string;
}

export const waiveCommand = (cli: Cli): Command =>
  new Command('waive')
    .summary('let a failed check pass for a while')
    .description(
      'Let a failed check count as passed until an instant, at most 7 days ahead. It is shown as failed and waived by you, and whoever agreed before is asked anew.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .requiredOption('--check <check>', 'the check that failed')
    .option('--service <service>', 'only of this service; left out: of each of which it failed')
    .option('--reason <text>', 'why, at least 10 characters')
    .option('--until <time>', 'when it ends: an instant, or +2d', '+1d')
    .addHelpText(
      'after',
      '\nExample:\n  gantry release waive shop@1.4.0 --check audit --until +2d --reason "known finding, patched at the edge"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { check, service, until, ...rest } = command.opts<Options>();
        const reason = await reasonFor(session, rest.reason, '--reason');
        const expires = instantFlag(until, { now: Date.now() });
        const code = await steer(session, command.args[0] ?? '', {
          command: 'waivers',
          body: { check, reason, expires, ...(service === undefined ? {} : { service }) },
        });
        if (code !== exitCode.done || session.output.json || session.output.quiet) return code;
        const budgets = (await session.client.get('/v1/waivers/budget')) as {
          items: { because: string; spent: number }[];
        };
        for (const { because } of budgets.items.filter(({ spent }) => spent > 0))
          session.output.note(because);
        return code;
      }),
    );
