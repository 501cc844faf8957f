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
  const text = letterText(letter).replaceAll(/\s+/g, ' ');
  for (const piece of [
    'cart is not ready.',
    'gantry train leave weekly',
    'delay weekly --to TIME',
    '24 Nov',
    '14:00',
    '/calendar',
  ])
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

test('of a departure that could not leave the mail says so, and offers nothing that is over', () => {
  const [captain, owner] = (['trainMissing', 'leftBehind'] as const).map((kind) =>
    trainLetter(
      {
        ...{ occasion: 'train/weekly/1/failed', kind, to: ['ana'] },
        sentence: 'Train weekly could not leave: all ride together, and cart 2.0.0 may not.',
        facts: { ...facts, isOver: 'true' },
      },
      where,
    ),
  );
  for (const letter of [captain, owner]) {
    expect(letter?.subject).toBe('[Train could not leave] train weekly');
    const text = letterText(letter!);
    expect(text).toContain('cart 2.0.0 may not');
    expect(text).toContain('Nothing of this departure has left');
    expect(text).not.toMatch(/train (leave|delay|skip)|Nothing is asked/);
  }
});

test('who was left behind because an order was refused reads that there is something to do', () => {
  const notice = {
    ...{ occasion: 'train/weekly/1/left/cart', kind: 'leftBehind' as const, to: ['ben'] },
    sentence: 'Train weekly left without cart. cart 2.1.0 runs. What to do now: Release a higher one.',
    facts: { ...facts, service: 'cart', remedy: 'Release a higher one.' },
  };
  const text = letterText(trainLetter(notice, where));
  expect(text).toContain('Once that is done');
  expect(text).not.toContain('Nothing is asked');
});

test.each([
  ['leftBehind', true],
  ['trainMissing', true],
  ['released', false],
  ['toString', false],
])('a notice of kind %s is of the installation: %s', (kind, is) => {
  expect(isOfInstallation({ kind })).toBe(is);
});
