import { expect, test } from '@jest/globals';
import { runnerWords } from './runner-words.ts';

const now = new Date('2026-11-26T12:00:00Z');
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

test.each([
  ['that asked just now', ago(0), true, 'Runner eu is there.'],
  ['that asked 90 s ago', ago(90), true, 'Runner eu is there.'],
  ['that has been quiet for longer', ago(91), false, 'There is no runner eu since'],
  ['whose clock is ahead', ago(-5), true, 'Runner eu is there.'],
  ['that never asked', undefined, false, 'No runner eu has been seen yet'],
])('a runner %s', (_, seenAt, isThere, words) => {
  const said = runnerWords('eu', seenAt, now);
  expect(said.isThere).toBe(isThere);
  expect(said.because).toContain(words);
});

test('an absent runner is told with what to do', () => {
  expect(runnerWords('eu', undefined, now).because).toContain('gantry worker --runner eu');
});
