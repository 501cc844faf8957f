import type { Problem } from '../../../domain/problem-code.ts';

/** Whether what was asked has had an effect, as one sentence: where nobody answered in time, nobody knows. */
export function changedWords({ changed, status }: Pick<Problem, 'changed' | 'status'>): string {
  if (status === 504) return 'It may still be done: look before you repeat it.';
  return changed
    ? 'Something has changed before it failed: look before you repeat it.'
    : 'Nothing has changed.';
}
