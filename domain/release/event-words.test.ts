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
  ['freeze', ['override.given', 'override.seconded', 'override.revoked', 'override.voided']],
  ['override', ['override.given', 'override.seconded', 'override.revoked', 'override.voided']],
  ['break-glass', ['glass.received', 'glass.broken', 'glass.used', 'glass.reviewed']],
  ['glass', ['glass.received', 'glass.broken', 'glass.used', 'glass.reviewed']],
  ['release', ['glass.used', 'release.postponed', 'release.postponementLifted']],
  ['postponement', ['release.postponed', 'release.postponementLifted', 'release.postponementOver']],
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
