import { expect, test } from '@jest/globals';
import { eventsCalled, eventWords, wordsOfEvent } from './event-words.ts';

test('no two kinds are called alike, and all by plain words', () => {
  const words = Object.values(eventWords);
  expect(new Set(words).size).toBe(words.length);
  for (const one of words) expect(one).toMatch(/^[a-z][a-z:\- ]+$/);
});

test.each([
  ['freeze', ['calendar.ruleAdded', 'calendar.ruleChanged', 'calendar.ruleLifted', 'freeze.warned']],
  ['Freeze', ['calendar.lineStopped']],
  ['promotion', ['promotion.held', 'promotion.released']],
])('the kinds that are called %s are found', (text, kinds) => {
  expect(eventsCalled(text)).toEqual(expect.arrayContaining(kinds));
});

test.each(['', ' ', 'reeze', 'freez', 'shop', 'lock.'])('no kind is called "%s"', (text) => {
  expect(eventsCalled(text)).toEqual([]);
});

test('a kind of a later version is told by its name', () => {
  expect(wordsOfEvent('moon.landed')).toBe('moon.landed');
});
