import type { Problem } from '../domain/problem-code.ts';

/** What a command's end means to the program that started it. Published: never renumbered (docs/reference/cli.md). */
export const exitCode = {
  /** Done, or the answer is good. */
  done: 0,
  /** The answer is bad: failed, rejected, expired, denied by a gate, audit invalid. */
  bad: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Not signed in, or not allowed. */
  notAllowed: 3,
  notFound: 4,
  /** Stale, already decided, already open. */
  conflict: 5,
  /** `--wait` time is over; the release goes on. */
  timedOut: 6,
  /** Server unreachable or busy; trying again may help. */
  unreachable: 7,
  /** A defect in Gantry. */
  defect: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

const byStatus: Record<number, ExitCode> = {
  401: exitCode.notAllowed,
  403: exitCode.notAllowed,
  404: exitCode.notFound,
  409: exitCode.conflict,
  410: exitCode.conflict,
  412: exitCode.conflict,
  429: exitCode.unreachable,
  502: exitCode.unreachable,
  503: exitCode.unreachable,
  504: exitCode.unreachable,
};

/** The exit code that a problem ends a command with: its code first, else its HTTP status. */
export function exitCodeOf(problem: Pick<Problem, 'code' | 'status' | 'retryable'>): ExitCode {
  if (problem.code === 'DEFECT') return exitCode.defect;
  if (problem.code === 'USAGE') return exitCode.usage;
  if (problem.code === 'SERVER_UNREACHABLE') return exitCode.unreachable;
  if (problem.code === 'AUDIT_INVALID') return exitCode.bad;
  const known = byStatus[problem.status];
  if (known !== undefined) return known;
  if (problem.status >= 500 && problem.retryable) return exitCode.unreachable;
  return exitCode.usage;
}
