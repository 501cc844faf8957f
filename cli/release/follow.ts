import { Command } from 'commander';
import { wordOf } from '../../domain/release/stalled.ts';
import { isTerminal } from '../../domain/release/state.ts';
import { releaseTitle } from '../../domain/release/release.ts';
import type { ReleaseView } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { followRelease } from '../follow.ts';
import { plainText } from '../plain-text.ts';
import { acting, type Cli } from '../session.ts';
import { announceEnd } from '../wait.ts';

export const followCommand = (cli: Cli): Command =>
  new Command('follow')
    .summary('what happens, line by line, until it ends')
    .description('Print what happens to a release until it ends. Ctrl-C stops following, not the release.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .addHelpText(
      'after',
      '\nExample:\n  gantry release follow shop@1.4.0\n  gantry release follow shop@1.4.0 --json | jq .headline',
    )
    .action(
      acting(cli, async (session, command) => {
        const { io, output, client } = session;
        let last: ReleaseView | undefined;
        for await (const update of followRelease(client, command.args[0] ?? '', io.interrupted)) {
          if (update.kind === 'view') last = update.view;
          if (output.json) output.documentLine(update.kind === 'view' ? update.view : update.entry);
          else if (output.quiet) continue;
          else if (update.kind === 'entry')
            output.line(
              `${output.time(update.entry.at)}  ${plainText(update.entry.sentence)}`,
              update.entry.at,
            );
          else
            output.note(
              `${releaseTitle(update.view.components)} ${wordOf(update.view)}: ${update.view.headline}`,
            );
        }
        if (last && isTerminal(last.state)) return announceEnd(session, last);
        output.note('Stopped following; the release goes on.');
        return exitCode.interrupted;
      }),
    );
