import { expect, test } from '@jest/globals';
import { statisticsWords } from './statistics-words.ts';

test.each<[unknown, string]>([
  [
    { rule: 'compare', n: 200, m: 200, p: 0.012_34, effect: 1.4, limit: 1.2, interval: [1.1, 1.7] },
    'samples 200, samples of the baseline 200, p 0.01234, effect 1.4, limit of the effect 1.2, between 1.1 and 1.7 with 95 %',
  ],
  [{ rule: 'burnRate', needed: 2995 }, 'requests needed for a claim 2995'],
  [{ rule: 'compare', p: 'x', interval: ['a'] }, ''],
  [undefined, ''],
  [null, ''],
])('%j reads: %s', (statistics, words) => {
  expect(statisticsWords(statistics)).toBe(words);
});
