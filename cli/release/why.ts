import { Command } from 'commander';
import type { GateVerdict } from '../../domain/verdict.ts';
import { explainRelease } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { acting, type Cli } from '../session.ts';

const words: Record<GateVerdict['kind'], string> = {
  allowed: 'met',
  waiting: 'waiting',
  needsPeople: 'needs people',
  denied: 'denied',
};

export const whyCommand = (cli: Cli): Command =>
  new Command('why')
    .summary('why it waits, gate by gate')
    .description('Say why a release waits, since when, and who or what can change it.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .addHelpText('after', '\nExample:\n  gantry release why shop@1.4.0')
    .action(
      acting(cli, async ({ output, client }, command) => {
        const explanation = await explainRelease(client, command.args[0] ?? '');
        if (output.json) {
          output.document(explanation);
          return exitCode.done;
        }
        output.line(plainText(explanation.headline));
        output.table(
          ['', 'GATE', 'SINCE', 'WHY'],
          explanation.verdicts.map((verdict) => [
            words[verdict.kind],
            verdict.gate,
            output.time(verdict.since),
            verdict.because,
          ]),
        );
        for (const verdict of explanation.verdicts) {
          if (verdict.kind === 'denied') output.note(`Now: ${verdict.remedy}`);
        }
        if (explanation.next) output.note(`Next: ${explanation.next.because} ${explanation.next.command}`);
        return exitCode.done;
      }),
    );
