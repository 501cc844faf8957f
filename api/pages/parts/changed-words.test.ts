import { expect, test } from '@jest/globals';
import { changedWords } from './changed-words.ts';

test.each([
  ['what was refused has changed nothing', { changed: false, status: 409 }, 'Nothing has changed.'],
  ['what failed half way is looked at first', { changed: true, status: 500 }, /Something has changed/],
  ['of what nobody answered in time nobody knows', { changed: false, status: 504 }, /may still be done/],
])('%s', (_, problem, words) => {
  expect(changedWords(problem)).toMatch(words);
});
