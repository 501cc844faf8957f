import { Option } from 'commander';
import { usageProblem } from './problem.ts';
import type { Session } from './session.ts';

/** `--yes`, of every command that asks before it changes something. */
export const yesOption = (): Option => new Option('--yes', 'do not ask');

/** `--yes`, of the other commands that change something: scripts may always give it. */
export const unaskedYes = (): Option => new Option('--yes', 'for scripts; this command never asks');

interface Question {
  /** What would happen, line by line; asked for only where somebody is to see it. */
  preview: readonly string[] | (() => Promise<readonly string[]>);
  question: string;
  /** `--yes` was given. */
  yes: boolean | undefined;
}

/**
 * Whether to go on. A person at a terminal is shown the effects and asked, and the answer that nobody typed is no;
 * a program is never asked.
 * @throws CliProblem USAGE in a pipe without `--yes`
 */
export async function isConfirmed(session: Session, { preview, question, yes }: Question): Promise<boolean> {
  if (yes === true) return true;
  const { io, output } = session;
  if (!canAsk(session))
    throw usageProblem(
      'This command needs a confirmation, and nobody can be asked here.',
      'Repeat it with --yes.',
    );
  const lines = typeof preview === 'function' ? await preview() : preview;
  lines.forEach((line) => output.note(line));
  const answer = await io.ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  output.note('Nothing has changed.');
  return false;
}

/**
 * A reason that the command cannot do without: asked for at a terminal, demanded as `flag` elsewhere.
 * @param confirmed of a command that asks before it acts: whether `--yes` was given, so that whoever lacks both is told of both
 */
export async function reasonFor(
  session: Session,
  given: string | undefined,
  flag: string,
  confirmed?: Pick<Question, 'yes'>,
): Promise<string> {
  if (given !== undefined && given.trim() !== '') return given;
  const isAsked = canAsk(session);
  const typed = isAsked ? (await session.io.ask('Reason: ')).trim() : '';
  if (typed !== '') return typed;
  if (isAsked || confirmed === undefined || confirmed.yes === true)
    throw usageProblem('This command needs a reason.', `Repeat it with ${flag} "…".`);
  throw usageProblem(
    'This command needs a reason and a confirmation, and nobody can be asked here.',
    `Repeat it with ${flag} "…" and --yes.`,
  );
}

const canAsk = ({ io, output }: Session): boolean =>
  io.stdinIsTerminal && io.stderr.isTerminal && output.forPeople && !output.json;
