import { Command } from 'commander';
import { reasonFor, unaskedYes } from '../confirm.ts';
import { exitCode } from '../exit-codes.ts';
import { usageProblem } from '../problem.ts';
import { acting, type Cli } from '../session.ts';
import { steer } from './steer.ts';

interface Options {
  check: string;
  service?: string;
  reason?: string;
  until?: string;
  revoke?: boolean;
  environment?: string;
}

export const waiveCommand = (cli: Cli): Command =>
  new Command('waive')
    .summary('let a failed check pass for a while, or take that back')
    .description(
      'Let a failed check count as passed until an instant, at most 7 days ahead. It is shown as failed and waived by you, and whoever agreed before is asked anew. With --revoke, whoever may waive takes a waiver back: its gate is judged without it at once; a stage that has passed its gates goes on.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .requiredOption('--check <check>', 'the check that failed')
    .option('--service <service>', 'only of this service; left out: of each of which it failed')
    .option('--reason <text>', 'why, at least 10 characters (required)')
    .option('--until <time>', 'when it ends: 2026-12-01T17:00, or +2d; left out: +1d')
    .option('--revoke', 'take the waiver back instead')
    .option('--environment <environment>', 'with --revoke: the stage; left out: the one that it is in')
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release waive shop@1.4.0 --check audit --until +2d --reason "known finding, patched at the edge"\n  gantry release waive shop@1.4.0 --check audit --revoke --reason "the finding is used in the wild"',
    )
    .action(
      acting(cli, async (session, command) => {
        const { check, service, until, revoke, environment, ...rest } = command.opts<Options>();
        if (revoke === true ? until !== undefined : environment !== undefined)
          throw usageProblem(
            '--until is for giving a waiver, --environment for taking one back.',
            'Repeat it with --revoke and without --until, or without both --revoke and --environment.',
          );
        const reason = await reasonFor(session, rest.reason, '--reason');
        const of = service === undefined ? {} : { service };
        if (revoke === true)
          return steer(session, command.args[0] ?? '', {
            command: 'waivers/revoke',
            body: { check, reason, ...of, ...(environment === undefined ? {} : { environment }) },
          });
        const expires = await session.instant(until ?? '+1d');
        const code = await steer(session, command.args[0] ?? '', {
          command: 'waivers',
          body: { check, reason, expires, ...of },
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
