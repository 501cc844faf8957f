import { Command } from 'commander';
import { healthWord, type WatchView } from '../domain/watch/watch.ts';
import { releasePath } from './answers.ts';
import { exitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

export interface WatchesAnswer {
  items: WatchView[];
  /** Releases that make it good, oldest first. */
  remedies: { id: string; headline: string; state: string }[];
}

const isWrong = ({ health, result }: WatchView): boolean => (result ?? health) === 'regressed';

function show(output: Output, { items, remedies }: WatchesAnswer): void {
  if (items.length === 0)
    output.note('Nothing of this release is watched: its stages ask for no watch, or it has not ended.');
  else
    output.table(
      ['SERVICE', 'VERSION', 'ENVIRONMENT', 'STANDS', 'UNTIL', 'LOOKS', 'LAST LOOK'],
      items.map((one) => [
        one.service,
        one.version,
        one.environment,
        healthWord(one.result ?? one.health),
        one.result === undefined ? output.time(one.until) : 'over',
        String(one.looks),
        plainText(one.because),
      ]),
    );
  for (const { id, headline } of remedies) output.line(`Made good by ${id}: ${plainText(headline)}`);
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
        const answer = (await client.get(`${releasePath(command.args[0] ?? '')}/watches`)) as WatchesAnswer;
        if (output.json) output.document(answer);
        else if (output.quiet)
          answer.items.forEach((one) => output.line(healthWord(one.result ?? one.health)));
        else show(output, answer);
        return answer.items.some(isWrong) ? exitCode.bad : exitCode.done;
      }),
    );

/** `gantry watch …` */
export const watchCommand = (cli: Cli): Command =>
  new Command('watch')
    .description('How a release does after its end: what its watch has found.')
    .addHelpText('after', '\nExample:\n  gantry watch show shop@1.4.0')
    .addCommand(showCommand(cli));
