import { expect, test } from '@jest/globals';
import { letterText } from './letter-text.ts';
import { isOfInstallation, trainLetter } from './train-letter.ts';

const where = { zone: 'Europe/Berlin', publicUrl: 'https://gantry.example' };
const facts = { train: 'weekly', departsAt: '2026-11-24T13:00:00.000Z' };

test('the captain reads what is missing, what can be done, and until when', () => {
  const letter = trainLetter(
    {
      occasion: 'train/weekly/1/missing',
      kind: 'trainMissing',
      to: ['ana'],
      sentence: 'cart is not ready.',
      facts,
    },
    where,
  );
  expect(letter.subject).toBe('[Train waits for you] train weekly');
  const text = letterText(letter);
  for (const piece of ['cart is not ready.', 'gantry train leave weekly', '24 Nov', '14:00', '/calendar'])
    expect(text).toContain(piece);
});

test('who was left behind reads when the next departure is, and that nothing is asked', () => {
  const letter = trainLetter(
    {
      occasion: 'train/weekly/1/left/cart',
      kind: 'leftBehind',
      to: ['ben'],
      sentence: 'Train weekly left without cart.',
      facts: { ...facts, service: 'cart', next: '2026-12-01T13:00:00.000Z' },
    },
    where,
  );
  expect(letter.subject).toBe('[Left behind] train weekly, cart');
  expect(letterText(letter)).toContain('Nothing is asked of you');
  expect(letterText(letter)).toMatch(/Next departure.*1 Dec/s);
});

test.each([
  ['leftBehind', true],
  ['trainMissing', true],
  ['released', false],
  ['toString', false],
])('a notice of kind %s is of the installation: %s', (kind, is) => {
  expect(isOfInstallation({ kind })).toBe(is);
});
