import type { Problem } from '../../../domain/problem-code.ts';

/** What to do where the catalogue names flags of the command line, in the words of the forms: they have fields of their own for it, or none. */
const inWordsOfForms: Partial<Record<Problem['code'], string>> = {
  START_PASSED: 'Choose a time to come; to start as soon as it may, choose that in “Reschedule”.',
  ALONE_REFUSED:
    'From this page it goes there alone. Whoever may order releases can order one that passes the stages before, too.',
  VERSION_RUNS_ALREADY: 'There is nothing to do.',
  RELEASE_OPEN: 'Follow that release on its page, or abort it there before you start another.',
};

/** The remedy of a problem that a form of a page ended with. */
export const remedyHere = ({ code, remedy }: Pick<Problem, 'remedy'> & { code?: string }): string =>
  (inWordsOfForms as Record<string, string | undefined>)[code ?? ''] ?? remedy;
