import { expect, test } from '@jest/globals';
import { withoutControls } from './plain-text.ts';

test.each([
  ['an escape sequence', 'a\u001b[31mred', 'a[31mred'],
  ['a control of the upper half', 'a\u009b31mb', 'a31mb'],
  ['a bidirectional override', 'safe\u202eevil\u2066', 'safeevil'],
  ['the line ends of a form', 'one\r\ntwo\rthree', 'one\ntwothree'],
])('text of people loses what is obeyed instead of shown: %s', (_, text, kept) => {
  expect(withoutControls(text)).toBe(kept);
});

test('line breaks, tabs, emoji and other scripts stay', () => {
  const text = 'one\n\ttwo 👩‍🚀 承認 אישור';
  expect(withoutControls(text)).toBe(text);
});
