import { expect, test } from '@jest/globals';
import { markText } from './mark-words.ts';

test.each([
  [[], ''],
  [['shifted'], ' (moved out of the hour that the clock skips)'],
  [['vanished'], ' (falls out: the clock skips all of it)'],
  [['shifted', 'repeated'], ' (moved out of the hour that the clock skips; meets the hour that comes twice)'],
] as const)('%j in words', (marks, text) => {
  expect(markText(marks)).toBe(text);
});
