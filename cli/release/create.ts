import { Command, Option } from 'commander';
import { releaseTitle } from '../../domain/release/release.ts';
import { isTerminal } from '../../domain/release/state.ts';
import { createRelease, type ReleaseView } from '../answers.ts';
import { unaskedYes } from '../confirm.ts';
import { durationFlag } from '../duration-flag.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { noteNext } from '../next-step.ts';
import { listed } from '../listed.ts';
import { acting, type Cli, type Session } from '../session.ts';
import { unlessAbortedForLong } from '../unless-aborted.ts';
import { announceEnd, waitForEnd } from '../wait.ts';
import { dated, datesOf, noteStart, type DateOptions } from './dates.ts';
import { readComponents } from './components.ts';
import { plannedSoon } from './planned-soon.ts';

interface Options extends DateOptions {
  component?: string[];
  digest?: string;
  ref?: string;
  to?: string;
  intent?: string;
  reason?: string;
  remediates?: string;
  alone?: boolean;
  id?: string;
  key?: string;
  supersede?: boolean;
  wait?: boolean;
  timeout: number;
}

export const createCommand = (cli: Cli): Command =>
  dated(new Command('create'))
    .summary('start a release')
    .description('Start a release of one service, or of several as one.')
    .argument('[service-version...]', 'SERVICE VERSION, as often as needed')
    .option('--component <svc@ver...>', 'the same, in one word', listed)
    .option('--to <environment>', 'stop after this environment')
    .option('--alone', 'to that environment only, past no stage before it')
    .option('--digest <digest>', 'artifact digest (one component only)')
    .option('--ref <ref>', 'Git ref instead of the version’s tag (one only)')
    .addOption(new Option('--intent <intent>', 'what is meant').choices(['deploy', 'redeploy', 'rollback']))
    .option('--reason <text>', 'why, for the record')
    .option('--supersede', 'replace open releases of these that have not started')
    .option('--remediates <release>', 'the release that this one makes good')
    .option('--id <id>', 'your own release id: the same id is one release')
    .option('--key <key>', 'your own idempotency key')
    .option('--wait', 'follow it to its end; exit 0 only if it succeeded')
    .addOption(
      new Option('--timeout <duration>', 'how long --wait waits')
        .argParser(durationFlag)
        .default(durationFlag('1h'), '1h'),
    )
    .addOption(unaskedYes())
    .addHelpText(
      'after',
      '\nExample:\n  gantry release create shop 1.4.0 --wait\n  gantry release create shop 1.4.0 cart 2.1.0 --to staging',
    )
    .action(
      acting(cli, async (session, command) => {
        const options = command.opts<Options>();
        const { output, client } = session;
        const dates = await datesOf(session, options);
        const body = {
          components: readComponents(command.args, options),
          ...pick(options, ['intent', 'to', 'reason', 'remediates', 'id']),
          ...(options.alone === true ? { alone: true } : {}),
          ...(options.supersede === true ? { supersede: true } : {}),
          ...dates,
        };
        const made = createRelease(client, body, options.key === undefined ? {} : { key: options.key });
        const view =
          options.wait === true ? await unlessAbortedForLong(session.io.interrupted, made) : await made;
        if (!view) {
          output.note(
            'Interrupted. The release may have been recorded; look with `gantry release list --open`.',
          );
          return exitCode.interrupted;
        }
        if (view.note !== undefined && !output.json) output.note(plainText(view.note));
        noteStart(output, dates);
        if (options.wait === true) {
          output.note(
            `${releaseTitle(view.components)} is recorded: ${client.address.url}/releases/${view.id}`,
          );
          return waitForEnd(session, view.id, { timeoutMs: options.timeout });
        }
        return tellPlanned(session, view);
      }),
    );

/** How its planning ends: where it was refused, nothing was touched, and nothing will be. */
async function tellPlanned(session: Session, view: ReleaseView): Promise<ExitCode> {
  const { output, io } = session;
  const planned = await plannedSoon(session, view);
  const isOver = isTerminal(planned.state);
  tellRecorded(session, view, planned);
  if (isOver && !output.quiet) return announceEnd(session, planned);
  if (!output.json && !output.quiet) noteNext(output, { command: `gantry release follow ${view.id}` });
  if (io.interrupted.aborted) return exitCode.interrupted; // it is recorded; how it goes on was not looked at to the end
  return isOver && planned.state !== 'succeeded' ? exitCode.bad : exitCode.done;
}

function tellRecorded({ output, client }: Session, view: ReleaseView, planned: ReleaseView): void {
  if (output.json) output.document({ ...view, ...planned });
  else if (output.quiet) output.line(view.id);
  else {
    output.line(`${releaseTitle(view.components)} is recorded: ${view.id}`);
    if (!isTerminal(planned.state)) output.line(plainText(planned.headline));
    output.note(`Page: ${client.address.url}/releases/${view.id}`);
  }
}

/** Those of the named options that were given. */
function pick(
  options: Options,
  names: readonly ('intent' | 'to' | 'reason' | 'remediates' | 'id')[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
