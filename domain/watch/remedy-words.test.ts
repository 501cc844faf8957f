import { expect, test } from '@jest/globals';
import type { ReleaseState } from '../release/state.ts';
import { remedyWords } from './remedy-words.ts';

test.each<[ReleaseState, string]>([
  ['succeeded', 'Made good by rel_2'],
  ['deploying', 'To be made good by rel_2'],
  ['stuck', 'To be made good by rel_2'],
  ['aborted', 'rel_2 was to make it good, and was aborted'],
  ['rejected', 'rel_2 was to make it good, and was rejected'],
  ['failed', 'rel_2 was to make it good, and failed'],
  ['rolledBack', 'rel_2 was to make it good, and was rolled back'],
])('a remedy that is %s: %s', (state, words) => {
  const { before, after } = remedyWords(state);
  expect(`${before}rel_2${after}`).toBe(words);
});
