import { Command } from 'commander';
import { namedIn, namesOfAll, type NameOf } from '../../domain/release/names.ts';
import type { GateVerdict } from '../../domain/verdict.ts';
import { explainRelease, readRelease } from '../answers.ts';
import { exitCode } from '../exit-codes.ts';
import { plainText } from '../plain-text.ts';
import { noteNext } from '../next-step.ts';
import { acting, type Cli, type Session } from '../session.ts';
import { verdictWords } from '../verdict-words.ts';
import type { Output } from '../output.ts';
import { failedSteps, rolloutRows, wentWrong } from './what-is-where.ts';

export const whyCommand = (cli: Cli): Command =>
  new Command('why')
    .summary('why it waits, gate by gate')
    .description('Say why a release waits, since when, and who or what can change it.')
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .addHelpText('after', '\nExample:\n  gantry release why shop@1.4.0')
    .action(
      acting(cli, async (session, command) => {
        const { output, client } = session;
        const explanation = await explainRelease(client, command.args[0] ?? '');
        if (output.json) {
          output.document(explanation);
          return exitCode.done;
        }
        output.line(plainText(explanation.headline));
        // Gates that let it in say nothing about what went wrong behind them.
        const { id, state, verdicts } = explanation;
        const brokeBehind = wentWrong(state) && verdicts.every((verdict) => verdict.kind === 'allowed');
        if (brokeBehind) await printWhatIsWhere(session, id);
        else printGates(output, verdicts, namedIn(explanation.names));
        for (const verdict of explanation.verdicts) {
          if (verdict.kind === 'denied' && !verdict.passed) output.note(`Now: ${verdict.remedy}`);
        }
        if (explanation.next) noteNext(output, explanation.next);
        return exitCode.done;
      }),
    );

function printGates(output: Output, verdicts: readonly GateVerdict[], nameOf: NameOf): void {
  output.table(
    ['', 'GATE', 'SINCE', 'WHY'],
    verdicts.map((verdict) => [
      verdict.passed ? 'passed' : verdictWords[verdict.kind],
      verdict.gate,
      output.shortTime(verdict.since),
      verdict.passed
        ? `${verdict.passed.because}, by ${namesOfAll(verdict.passed.by, nameOf)}. ${verdict.because}`
        : verdict.because,
    ]),
  );
}

async function printWhatIsWhere({ client, output }: Session, id: string): Promise<void> {
  const view = await readRelease(client, id);
  const isOver = view.ended !== undefined;
  output.table(
    ['STAGE', 'WHAT', 'HOW IT IS'],
    view.stages.flatMap((stage) => rolloutRows(stage, { isOver, said: view.saidSince })),
  );
  for (const entry of await failedSteps(client, id)) output.line(plainText(entry.sentence));
}
