import { problem } from '../platform/errors.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { plainText } from './plain-text.ts';
import { CliProblem } from './problem.ts';
import type { Session } from './session.ts';

/**
 * Where a release asks for nothing, there is no mistake in the command: people read a sentence and what to do, programs the problem that the
 * server answers whoever comes too late; both end with 5, for nothing was decided.
 * @throws CliProblem APPROVAL_NOT_OPEN under `--json`
 */
export function nothingOpen({ output }: Session, detail: string, remedy: string): ExitCode {
  if (output.json) throw new CliProblem({ ...problem('APPROVAL_NOT_OPEN', { detail }), detail, remedy });
  output.note(plainText(detail));
  output.note(remedy);
  return exitCode.conflict;
}
