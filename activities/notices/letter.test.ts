import { describe, expect, test } from '@jest/globals';
import { letterHtml } from './letter-html.ts';
import { letterText } from './letter-text.ts';
import { piece, told, type Letter } from './letter.ts';

const toDo =
  'Roll it back by hand, as resuming it does, or abort it and leave what is there, and then release a version that mends it.';
const withOutput = (length: number): string =>
  `shop 1.4.0 is held in production: step 1: ${'x'.repeat(length)} It does not go back by itself: it is a rollback. ${toDo}`;
const letter = (opening: string): Letter => ({
  ...{ subject: 'shop', preheader: opening, opening: [opening, opening] },
  sections: [
    {
      kind: 'facts',
      rows: [
        { label: 'Now', value: opening, isTold: true },
        { label: 'Reason', value: opening },
      ],
    },
  ],
  ...{ closing: [], links: [] },
});

describe('a mail', () => {
  test.each([250, 600, 5_000])(
    'never cuts what people are to do, behind output of %d characters',
    (length) => {
      const made = letter(withOutput(length));
      for (const part of [letterHtml(made), letterText(made).replaceAll(/\s+/g, ' ')])
        expect(part.split(toDo)).toHaveLength(4); // twice in the opening, once where it stands now; the reason of people is cut
    },
  );

  test('keeps bounds: the middle of a long sentence goes, and the end of foreign text', () => {
    const sentence = told(withOutput(5_000));
    expect(sentence.length).toBeLessThanOrEqual(1_001);
    expect(sentence).toMatch(/^shop 1\.4\.0 is held in production: .*x… x.*\.$/);
    expect(piece('y'.repeat(500))).toBe(`${'y'.repeat(299)}…`);
    expect(told('see https://evil.test')).toBe('see https[:]//evil.test');
  });
});
