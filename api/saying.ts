import type { Problem } from '../domain/problem-code.ts';
import type { GantryError } from '../platform/errors.ts';

/** The same problem in the words of this case, where somebody knows better than the catalogue what was wrong. */
export function saying(
  error: GantryError,
  words: Partial<Pick<Problem, 'detail' | 'remedy' | 'status' | 'retryable'>>,
): GantryError {
  Object.assign(error.problem, words);
  return error;
}
