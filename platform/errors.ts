import type { FieldProblem, Problem, ProblemCode } from '../domain/problem-code.ts';
import { catalogue } from './error-catalogue.ts';
import type { ProblemContext } from './problems/entry.ts';

interface ProblemExtras {
  cause?: unknown;
  /** Whether anything happened before it failed. Default: nothing has changed. */
  changed?: boolean;
  errors?: FieldProblem[];
}

/** The problem in words, from its code and the facts of the case. */
export function problem(
  code: ProblemCode,
  context: ProblemContext = {},
  extras: ProblemExtras = {},
): Problem {
  const entry = catalogue[code];
  return {
    code,
    title: entry.title,
    detail: entry.message(context),
    remedy: typeof entry.remedy === 'string' ? entry.remedy : entry.remedy(context),
    status: entry.status,
    retryable: entry.retryable,
    changed: extras.changed ?? false,
    ...(extras.errors ? { errors: extras.errors } : {}),
  };
}

/** A known problem on its way to somebody who can do something about it. */
export class GantryError extends Error {
  readonly problem: Problem;

  constructor(code: ProblemCode, context: ProblemContext = {}, extras: ProblemExtras = {}) {
    const described = problem(code, context, extras);
    super(described.detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'GantryError';
    this.problem = described;
  }

  get code(): ProblemCode {
    return this.problem.code;
  }
}

/** The sentence of any thrown value; for logs and problem details, never a stack. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
