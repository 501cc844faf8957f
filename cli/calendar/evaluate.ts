import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { parse } from 'yaml';
import { markText } from '../../domain/calendar/mark-words.ts';
import type { OccurrenceMark } from '../../domain/calendar/model.ts';
import { exitCode } from '../exit-codes.ts';
import { usageProblem } from '../problem.ts';
import { acting, type Cli } from '../session.ts';

interface Evaluation {
  open: boolean;
  because: string;
  nextOpening: string | null;
  nextClose: string | null;
  occurrences: { ruleId: string; start: string; end?: string; marks: OccurrenceMark[] }[];
}

export const evaluateCommand = (cli: Cli): Command =>
  new Command('evaluate')
    .summary('try windows and freezes from a file')
    .description(
      'Evaluate the windows and freezes of a YAML or JSON file at a time, without recording anything.',
    )
    .argument('<file>', 'with zone, windows and freezes as in gantry.yaml')
    .option('--at <time>', '2026-12-01T17:00, or +2d; left out: now')
    .option('--zone <zone>', 'zone of times; left out: yours, else the organisation’s')
    .addHelpText(
      'after',
      '\nExample:\n  gantry calendar evaluate windows.yaml --at 2026-03-29T02:30 --zone Europe/Berlin',
    )
    .action(
      acting(cli, async ({ output, client, instant }, command) => {
        const options = command.opts<{ at?: string; zone?: string }>();
        const file = command.args[0] ?? '';
        const at = await instant(options.at ?? '+0s');
        const answer = (await client.post('/v1/calendar/evaluate', {
          ...(await readRules(file)),
          now: at,
        })) as Evaluation;
        if (output.json) output.document(answer);
        else {
          output.line(`${output.time(at)}: ${answer.because}`);
          if (answer.nextOpening !== null && !answer.open)
            output.line(`Opens ${output.time(answer.nextOpening)}.`);
          if (answer.nextClose !== null && answer.open)
            output.line(`Closes ${output.time(answer.nextClose)}.`);
          for (const one of answer.occurrences)
            output.note(
              `  ${one.ruleId}: ${output.time(one.start)} – ${one.end === undefined ? 'without end' : output.time(one.end)}${markText(one.marks)}`,
            );
        }
        return answer.open ? exitCode.done : exitCode.bad;
      }),
    );

async function readRules(file: string): Promise<Record<string, unknown>> {
  try {
    const read: unknown = parse(await readFile(file, 'utf8'));
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return read as Record<string, unknown>;
  } catch (error) {
    throw usageProblem(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Name a YAML or JSON file with windows and freezes.',
    );
  }
  throw usageProblem(`${file} holds no rules.`, 'Write windows: […] and freezes: […] into it.');
}
