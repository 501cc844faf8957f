import { Command } from 'commander';
import { numberText } from '../domain/analysis/number-text.ts';
import type { AnalysisReport, MetricReport } from '../domain/analysis/report.ts';
import { oneLine } from '../platform/plain-text.ts';
import { readRelease, releasePath } from './answers.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { acting, type Cli } from './session.ts';

interface Answer {
  at: string;
  analyses: AnalysisReport[];
}
interface Options {
  at?: string;
  zone?: string;
}

export const analyzeCommand = (cli: Cli): Command =>
  new Command('analyze')
    .summary('what was measured of a release, and what followed')
    .description(
      'Print every metric of a release as it was at a time: its last value and limit, its verdict, of how many measurements, and why. Exit code 1: the newest analysis did not pass.',
    )
    .argument('<id>', 'id, its unique beginning, or shop@1.4.0')
    .option('--at <time>', 'as it was then: 2026-12-01T17:00; left out: now')
    .option('--zone <zone>', 'zone of times; left out: yours, else the organisation’s')
    .addHelpText('after', '\nExample:\n  gantry analyze shop@1.4.0 --at 2026-12-01T17:00')
    .action(
      acting(cli, async ({ output, client, instant }, command) => {
        const { at: given } = command.opts<Options>();
        const view = await readRelease(client, command.args[0] ?? '');
        const at = given === undefined ? undefined : await instant(given);
        const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`;
        const answer = (await client.get(`${releasePath(view.id)}/analysis${query}`)) as Answer;
        if (output.json) {
          output.document(answer);
          return endOf(answer);
        }
        if (answer.analyses.length === 0)
          output.note(`Nothing had been measured by ${output.time(answer.at)}.`);
        for (const one of answer.analyses) {
          const again = one.number > 1 ? ` (${one.number}.)` : '';
          output.line(
            plainText(
              `${one.service} in ${one.environment}, ${one.place}${again}: ${one.phase}. ${one.because}`,
            ),
          );
          output.table(
            ['METRIC', 'VERDICT', 'LAST', 'FAILS WHEN', 'BEFORE', 'N', 'WHY'],
            one.metrics.map(row),
          );
        }
        return endOf(answer);
      }),
    );

const row = (metric: MetricReport): string[] => [
  metric.dryRun ? `${metric.id} (reported only)` : metric.id,
  metric.phase,
  lastOf(metric),
  metric.failWhen ?? (metric.passWhen === undefined ? '-' : `not ${metric.passWhen}`),
  metric.baseline ? `${numberText(metric.baseline.median)} (${metric.baseline.version})` : '-',
  String(metric.n),
  whyOf(metric),
];

/** What was concluded. Where the source gave no value last, also why: analyses from before did not say so themselves. */
function whyOf({ because, measurements }: MetricReport): string {
  const last = measurements.at(-1);
  return last?.verdict !== 'error' || because.includes('the last: ')
    ? because
    : `${because}; the last: ${oneLine(last.because, 160)}`;
}

/** What is not finite comes as text. */
function lastOf({ measurements }: MetricReport): string {
  const last = measurements.at(-1);
  const value: unknown = last?.value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return value;
  return last?.verdict === 'error' ? 'error' : 'no data';
}

function endOf({ analyses }: Answer): ExitCode {
  const phase = analyses.at(-1)?.phase ?? 'passed';
  return phase === 'passed' || phase === 'running' ? exitCode.done : exitCode.bad;
}
