import { expect, test } from '@jest/globals';
import { requestedWords } from './requested.ts';

test.each([
  ['behind a holder', { title: 'cart 9.3.0' }, 'shop 1.4.0 waits for production, where cart 9.3.0 is.'],
  ['behind others in its queue', undefined, 'shop 1.4.0 waits for production.'],
])('whoever waits %s reads for what', (_, holder, expected) => {
  expect(requestedWords({ title: 'shop 1.4.0', environment: 'production', holder })).toBe(expected);
});
