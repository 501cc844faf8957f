import { Command } from 'commander';
import type { ReleaseState } from '../domain/release/state.ts';
import { remedyWords } from '../domain/watch/remedy-words.ts';
import { healthWord, type WatchView } from '../domain/watch/watch.ts';
import { releasePath } from './answers.ts';
import type { Client } from './client.ts';
import { exitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

interface WatchesAnswer {
  items: WatchView[];
  /** Releases that are or were to make it good, oldest first. */
  remedies: { id: string; headline: string; state: ReleaseState }[];
}

/** What the watches of a release have found. `release`: id, its unique beginning, or `shop@1.4.0`. @throws NOT_FOUND, AMBIGUOUS_ID */
export const readWatches = async (client: Client, release: string): Promise<WatchesAnswer> =>
  (await client.get(`${releasePath(release)}/watches`)) as WatchesAnswer;

const isWrong = ({ health, result }: WatchView): boolean => (result ?? health) === 'regressed';

/** A row for each component that is or was watched, and what made the release good, or was to; nothing where there is neither. */
export function printWatches(output: Output, { items, remedies }: WatchesAnswer): void {
  if (items.length > 0)
    output.table(
      ['SERVICE', 'VERSION', 'ENVIRONMENT', 'STANDS', 'UNTIL', 'LOOKS', 'LAST LOOK'],
      items.map((one) => [
        one.service,
        one.version,
        one.environment,
        healthWord(one.result ?? one.health),
        one.result === undefined ? output.shortTime(one.until) : 'over',
        String(one.looks),
        plainText(one.because),
      ]),
    );
  for (const { id, headline, state } of remedies) {
    const { before, after } = remedyWords(state);
    output.line(`${before}${id}${after}: ${plainText(headline)}`);
  }
}

const showCommand = (cli: Cli): Command =>
  new Command('show')
    .summary('how a release does after its end')
    .description(
      'Show what the watch of a release has found since its end, and what was released to make it good. Exit code 1: something of it has regressed.',
    )
    .argument('<release>', 'id, its unique beginning, or shop@1.4.0')
    .addHelpText('after', '\nExample:\n  gantry watch show shop@1.4.0')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const answer = await readWatches(client, command.args[0] ?? '');
        if (output.json) output.document(answer);
        else if (output.quiet)
          answer.items.forEach((one) => output.line(healthWord(one.result ?? one.health)));
        else {
          if (answer.items.length === 0)
            output.note(
              'Nothing of this release is watched: its stages ask for no watch, or it has not ended.',
            );
          printWatches(output, answer);
        }
        return answer.items.some(isWrong) ? exitCode.bad : exitCode.done;
      }),
    );

/** `gantry watch …` */
export const watchCommand = (cli: Cli): Command =>
  new Command('watch')
    .description('How a release does after its end: what its watch has found.')
    .addHelpText('after', '\nExample:\n  gantry watch show shop@1.4.0')
    .addCommand(showCommand(cli));
