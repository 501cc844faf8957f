import { expect, test } from '@jest/globals';
import { runnerStanding, runnerWords } from './runner-words.ts';

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

test('a runner stands as it was seen last, or nobody can tell: then it is not said to be there, nor to be away', () => {
  expect(runnerStanding('eu', ago(5), now)).toEqual({
    ...{ name: 'eu', isThere: true, seenAt: '2026-11-26T11:59:55.000Z' },
    because: 'Runner eu is there, last seen Thu 26 Nov 11:59 UTC.',
  });
  expect(runnerStanding('eu', ago(3600), now)).toMatchObject({
    ...{ isThere: false, seenAt: '2026-11-26T11:00:00.000Z' },
    because: expect.stringMatching(/no runner eu since Thu 26 Nov 11:00 UTC\. Start it .*--runner eu/),
  });
  expect(runnerStanding('eu', undefined, now)).toMatchObject({ isThere: false });
  expect(runnerStanding('eu', 'unknown', now)).toEqual({
    ...{ name: 'eu', because: 'Nobody can tell whether runner eu is there: Temporal does not answer.' },
  });
});
