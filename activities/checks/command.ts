import type { CommandCheck } from '../../domain/policy/check.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { runCommand, type CommandOutput } from '../../platform/command/run-command.ts';
import { describeEnd, prepareCommand } from '../command-call.ts';
import { readCoverage, type LineCoverage } from './coverage.ts';
import { readJunit, type TestCounts } from './junit.ts';
import type { Checker, CheckReading } from './port.ts';
import { readPrintedResult } from './printed-result.ts';
import { readReport } from './report-file.ts';
import { reachesLevel, readFindings, type Finding, type FindingCounts } from './sarif.ts';

/** Exit code by which a program asks to be tried again later (sysexits EX_TEMPFAIL). */
const TRY_LATER = 75;

/** Runs a program in a fresh checkout of the version, where its service has a source, else in an empty folder. */
export const commandCheck: Checker<CommandCheck> = async (
  { check, facts, policyDir, folder, checkout },
  waiting,
) => {
  const timeoutMs = durationMs(check.timeout);
  const call = { argv: check.run, settings: check, facts, policyDir, timeoutMs };
  const command = prepareCommand(call, checkout !== undefined);
  const run = { ...command, folder, endLeftovers: true, ...(checkout ? { prepare: checkout } : {}) };
  const end = await runCommand(run, waiting);
  const printed = readPrintedResult(end.stdout);
  const reports = withPrinted(await readReports(check, end.workFolder), printed);
  return { ...judge(check, end, reports), ...reports.counted, stdout: end.stdout, stderr: end.stderr };
};

/** Counts that a program printed stand where no report has any: a report is the better witness. */
function withPrinted(reports: Reports, printed: ReturnType<typeof readPrintedResult>): Reports {
  if (printed === undefined) return reports;
  if (printed === 'garbled')
    return { ...reports, said: 'its last line begins like a result and cannot be read' };
  const said = [printed.summary, ...printed.links].filter((part) => part !== undefined).join(' ');
  return {
    ...reports,
    counted: { ...(printed.counts ? { counts: printed.counts } : {}), ...reports.counted },
    ...(said === '' ? {} : { said }),
  };
}

interface Reports {
  counted: {
    counts?: TestCounts;
    findings?: FindingCounts;
    found?: NonNullable<CheckReading['found']>;
    coverage?: LineCoverage;
  };
  /** What the program says of its result itself; one line for people. */
  said?: string;
  /** A report that was promised and is not there, or cannot be read. */
  missing?: string;
}

async function readReports(check: CommandCheck, folder: string): Promise<Reports> {
  const { junit, sarif, coverage: lines } = check.report;
  const counts = junit === undefined ? undefined : readJunit((await readReport(folder, junit)) ?? '');
  const read = sarif === undefined ? undefined : readFindings((await readReport(folder, sarif)) ?? '');
  const coverage = lines === undefined ? undefined : readCoverage((await readReport(folder, lines)) ?? '');
  const missing = [counts ? undefined : junit, read ? undefined : sarif, coverage ? undefined : lines].find(
    (name) => name !== undefined,
  );
  return {
    counted: {
      ...(counts ? { counts } : {}),
      ...(read ? { findings: read.counts, found: kept(read.found) } : {}),
      ...(coverage ? { coverage } : {}),
    },
    ...(missing === undefined ? {} : { missing }),
  };
}

/** The most findings that are kept to be compared with those of other versions. */
const mostFindings = 2_000;
const kept = (found: readonly Finding[]): NonNullable<CheckReading['found']> => ({
  keys: found.slice(0, mostFindings).map(({ level, key }) => [level, key]),
  isCut: found.length > mostFindings,
});

type Judgement = Pick<CheckReading, 'outcome' | 'summary' | 'again'>;

function judge(check: CommandCheck, end: CommandOutput, reports: Reports): Judgement {
  const [file = ''] = check.run;
  const ended = describeEnd(end, file, durationMs(check.timeout));
  const code = end.how === 'exited' ? end.exitCode : undefined;
  if (code === TRY_LATER)
    return { outcome: 'inconclusive', summary: `${ended} (try again later)`, again: true };
  if (code !== 0 && code !== 1) {
    return { outcome: 'error', summary: ended, again: end.how !== 'notStarted' && end.how !== 'cancelled' };
  }
  const counted = describeResult(reports);
  if (code === 1) return { outcome: 'failed', summary: counted ?? ended, again: false };
  return judgeReports(check, reports, counted ?? 'exit code 0');
}

/** The program was content; a report may still know better, and one that is missing never counts as passed. */
function judgeReports(check: CommandCheck, reports: Reports, counted: string): Judgement {
  const { counts, findings } = reports.counted;
  const isFound =
    findings !== undefined && check.fail !== undefined && reachesLevel(findings, check.fail.level);
  if ((counts && counts.failed > 0) || isFound) return { outcome: 'failed', summary: counted, again: false };
  if (reports.missing !== undefined) {
    return {
      outcome: 'inconclusive',
      summary: `the report ${reports.missing} is missing or cannot be read`,
      again: false,
    };
  }
  if (counts?.passed === 0)
    return { outcome: 'inconclusive', summary: `no test has passed: ${counted}`, again: false };
  return { outcome: 'passed', summary: counted, again: false };
}

/** What the program said itself, then what was counted. */
function describeResult(reports: Reports): string | undefined {
  const parts = [reports.said, describeCounts(reports)].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join('; ') : undefined;
}

function describeCounts({ counted: { counts, findings, coverage } }: Reports): string | undefined {
  const tests =
    counts &&
    `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`;
  const found =
    findings && `findings: ${findings.error} errors, ${findings.warning} warnings, ${findings.note} notes`;
  const lines = coverage && `lines covered: ${((100 * coverage.covered) / coverage.total).toFixed(1)} %`;
  const parts = [tests, found, lines].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join('; ') : undefined;
}
