import type { Problem } from '../../domain/problem-code.ts';
import { shownSentence } from '../../platform/local-sentence.ts';

/** A problem that comes up `now`, with its times by the clock of the reader, as pages tell all others. */
export function localProblem(problem: Problem, { now, zone }: { now: Date; zone: string }): Problem {
  const shown = (text: string): string => shownSentence(text, now.toISOString(), zone);
  const said = <T extends { detail: string; remedy: string }>(one: T): T => ({
    ...one,
    detail: shown(one.detail),
    remedy: shown(one.remedy),
  });
  return {
    ...said(problem),
    title: shown(problem.title),
    ...(problem.errors ? { errors: problem.errors.map(said) } : {}),
  };
}
