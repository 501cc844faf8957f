import { performance } from 'node:perf_hooks';
import { course, judgedWith, judgeShares } from './judge-shares.ts';
import { judgeTable, type Row } from './judge-table.ts';

/**
 * How often analysis sends a harmless version back, and how often it finds a regression, over simulated traffic (semantics §6.3):
 * by default 10,000 releases of each kind, 200 samples a side, lognormal with σ 0.8, a regression of 1.4 against the limit 1.2.
 * The same seed gives the same figures on every machine. `--n` takes fewer releases; the table takes a tenth of them a row.
 */
export async function run({ json, n = 10_000 }: { json: boolean; n?: number }): Promise<void> {
  const began = performance.now();
  const { falseRollback, power, allowed } = judgeShares(n);
  const { size, regression } = course;
  const rows = judgeTable(judgedWith, { runs: Math.max(1, Math.round(n / 10)), size, regression });
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const report = {
    alpha: judgedWith.alpha,
    falseRollback: rounded(falseRollback),
    power: rounded(power),
    allowed: rounded(allowed),
    n,
    size,
    regression,
    limit: judgedWith.maxIncrease,
    seconds,
    rows,
  };
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : textOf(report));
  await Promise.resolve();
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;

interface Report {
  alpha: number;
  falseRollback: number;
  power: number;
  allowed: number;
  n: number;
  regression: number;
  limit: number;
  seconds: number;
  rows: Row[];
}

function textOf(report: Report): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1).padStart(5)} %`;
  const line = (name: string, ...cells: string[]): string =>
    `  ${name.padEnd(54)}${cells.map((cell) => cell.padStart(12)).join('')}\n`;
  return [
    `Lognormal σ 0.8, 200 a side, ${report.n} releases: false rollbacks ${percent(report.falseRollback).trim()} (allowed ${percent(report.allowed).trim()}), `,
    `${report.regression} times found against the limit ${report.limit}: ${percent(report.power).trim()}. ${report.seconds} s.\n\n`,
    line('', 'no change:', '', `${report.regression} times:`, ''),
    line('', 'failed', 'asks people', 'failed', 'asks people'),
    ...report.rows.map(({ name, same, worse }) =>
      line(
        name,
        percent(same.failed),
        percent(same.inconclusive),
        percent(worse.failed),
        percent(worse.inconclusive),
      ),
    ),
  ].join('');
}
