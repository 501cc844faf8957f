import type { Problem } from '../domain/problem-code.ts';
import { GantryError, messageOf, problem } from '../platform/errors.ts';
import type { Io } from './io.ts';
import { type Output } from './output.ts';
import { plainText } from './plain-text.ts';

/** A problem that the server or the command itself reports; `requestId` finds it in the server's log. */
export class CliProblem extends Error {
  readonly problem: Problem;
  readonly requestId: string | undefined;

  constructor(described: Problem, requestId?: string) {
    super(described.detail);
    this.name = 'CliProblem';
    this.problem = described;
    this.requestId = requestId;
  }
}

/** Wrong usage, with the way out in words: exit code 2. */
export const usageProblem = (detail: string, remedy: string): CliProblem =>
  new CliProblem({ ...problem('USAGE', { detail }), detail, remedy });

/** Any thrown value as a problem. What nobody foresaw is a defect and says so. */
export function asCliProblem(error: unknown): CliProblem {
  if (error instanceof CliProblem) return error;
  if (error instanceof GantryError) return new CliProblem(error.problem);
  const detail = messageOf(error);
  return new CliProblem({ ...problem('DEFECT', { detail }), detail: `Gantry met a defect: ${detail}.` });
}

/** Under `--json` the problem is the one document on stdout; else sentences on stderr (ux §1.4). */
export function printProblem(io: Io, output: Output, failure: CliProblem): void {
  const { problem: described, requestId } = failure;
  if (output.json) {
    output.document({ ...described, ...(requestId === undefined ? {} : { requestId }) });
    return;
  }
  const lines = [
    `${output.paint.bad(`Error ${described.code}`)}: ${plainText(described.detail)}`,
    ...unsaid(described).map((words) => `  ${plainText(words)}`),
    `  What happened: ${whatChanged(described)}`,
    `  Now: ${plainText(described.remedy)}`,
    `  ${requestId === undefined ? '' : `Request ${plainText(requestId)} · `}docs/reference/problems.md#${anchor(described.code)}`,
  ];
  io.stderr.write(`${output.local(lines.join('\n'))}\n`);
}

/** Of each mistake what the sentences around have not told already; a mistake that is told still has a remedy of its own. */
function unsaid({ detail, remedy, errors = [] }: Problem): string[] {
  return errors.flatMap((error) => {
    if (!detail.includes(error.detail))
      return [`${error.pointer} ${error.code}: ${error.detail} ${error.remedy}`];
    return remedy.includes(error.remedy) ? [] : [`${error.pointer}: ${error.remedy}`];
  });
}

function whatChanged(described: Problem): string {
  if (described.changed) return 'It was written down, with no further effect than said above.';
  if (described.status === 504) return 'It may have been recorded; sending it again is safe.';
  return 'Nothing has changed.';
}

const anchor = (code: string): string => code.toLowerCase().replaceAll('_', '-');
