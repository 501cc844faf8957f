import { expect, test } from '@jest/globals';
import { withStop } from './full-stop.ts';

test.each([
  ['the test of the new colour failed', 'the test of the new colour failed.'],
  ['It failed.', 'It failed.'],
  ['It failed!', 'It failed!'],
  ['Did it fail?', 'Did it fail?'],
  ['version 1.2', 'version 1.2.'],
])('%p followed by a sentence reads %p', (text, sentence) => {
  expect(withStop(text)).toBe(sentence);
});
