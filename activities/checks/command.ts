import type { CommandCheck } from '../../domain/policy/check.schema.ts';
import { durationMs } from '../../domain/policy/duration.ts';
import { runCommand, type CommandOutput } from '../../platform/command/run-command.ts';
import { describeEnd, prepareCommand } from '../command-call.ts';
import { readJunit, type TestCounts } from './junit.ts';
import type { Checker, CheckReading } from './port.ts';
import { readReport } from './report-file.ts';
import { reachesLevel, readSarif, type FindingCounts } from './sarif.ts';

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
  const reports = await readReports(check, end.workFolder);
  return { ...judge(check, end, reports), ...reports.counted, stdout: end.stdout, stderr: end.stderr };
};

interface Reports {
  counted: { counts?: TestCounts; findings?: FindingCounts };
  /** A report that was promised and is not there, or cannot be read. */
  missing?: string;
}

async function readReports(check: CommandCheck, folder: string): Promise<Reports> {
  const { junit, sarif } = check.report;
  const counts = junit === undefined ? undefined : readJunit((await readReport(folder, junit)) ?? '');
  const findings = sarif === undefined ? undefined : readSarif((await readReport(folder, sarif)) ?? '');
  const missing =
    junit !== undefined && !counts ? junit : sarif !== undefined && !findings ? sarif : undefined;
  return {
    counted: { ...(counts ? { counts } : {}), ...(findings ? { findings } : {}) },
    ...(missing === undefined ? {} : { missing }),
  };
}

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
  const counted = describeCounts(reports);
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

function describeCounts({ counted: { counts, findings } }: Reports): string | undefined {
  const tests =
    counts &&
    `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`;
  const found =
    findings && `findings: ${findings.error} errors, ${findings.warning} warnings, ${findings.note} notes`;
  const parts = [tests, found].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join('; ') : undefined;
}
