import { isTerminal, type ReleaseState } from '../release/state.ts';
import { endings } from '../release/words.ts';

/** What a release has done for the one that it is to make good: the words before and after its id. Only one that succeeded has made something good. */
export function remedyWords(state: ReleaseState): { before: string; after: string } {
  if (state === 'succeeded') return { before: 'Made good by ', after: '' };
  if (!isTerminal(state)) return { before: 'To be made good by ', after: '' };
  return { before: '', after: ` was to make it good, and ${endings[state]}` };
}
