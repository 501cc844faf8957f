import { expect, test } from '@jest/globals';
import { runnerStanding, runnerWords } from './runner-words.ts';

const now = new Date('2026-11-26T12:00:00Z');
/** Nobody but our own clock tells the time. */
const clock = { workersAt: undefined, here: now };
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

test.each([
  ['that asked just now', ago(0), true, 'Runner eu is there.'],
  ['that asked 90 s ago', ago(90), true, 'Runner eu is there.'],
  ['that has been quiet for longer', ago(91), false, 'There is no runner eu since'],
  ['whose clock is ahead', ago(-5), true, 'Runner eu is there.'],
  ['that never asked', undefined, false, 'No runner eu has been seen yet'],
])('a runner %s', (_, seenAt, isThere, words) => {
  const said = runnerWords('eu', seenAt, clock);
  expect(said.isThere).toBe(isThere);
  expect(said.because).toContain(words);
});

test('an absent runner is told with what to do', () => {
  expect(runnerWords('eu', undefined, clock).because).toContain('gantry worker --runner eu');
});

test('a runner stands as it was seen last, or nobody can tell: then it is not said to be there, nor to be away', () => {
  expect(runnerStanding('eu', ago(5), clock)).toEqual({
    ...{ name: 'eu', isThere: true, seenAt: '2026-11-26T11:59:55.000Z' },
    because: 'Runner eu is there, last seen Thu 26 Nov 11:59 UTC.',
  });
  expect(runnerStanding('eu', ago(3600), clock)).toMatchObject({
    ...{ isThere: false, seenAt: '2026-11-26T11:00:00.000Z' },
    because: expect.stringMatching(/no runner eu since Thu 26 Nov 11:00 UTC\. Start it .*--runner eu/),
  });
  expect(runnerStanding('eu', undefined, clock)).toMatchObject({ isThere: false });
  expect(runnerStanding('eu', 'unknown', clock)).toEqual({
    ...{ name: 'eu', because: 'Nobody can tell whether runner eu is there: Temporal does not answer.' },
  });
});

/** Our clock is so many minutes ahead of the engine's; whoever polled is told by how many seconds ago that was, by the engine's. */
const judged = (aheadMinutes: number, runnerAgo: number, workersAgo: number): boolean =>
  runnerWords('eu', ago(runnerAgo), { workersAt: ago(workersAgo), here: ago(-60 * aheadMinutes) }).isThere;

test.each([-60, -10, -2, 0, 2, 10, 60])(
  'a clock that is %d min ahead makes no runner that is there absent',
  (ahead) => {
    for (const workersAgo of [0, 30, 60])
      for (const runnerAgo of [0, 30, 60]) expect(judged(ahead, runnerAgo, workersAgo)).toBe(true);
  },
);

test.each([-60, -10, -2, 0, 2, 10, 60])(
  'a clock that is %d min ahead makes no runner that has gone present',
  (ahead) => {
    for (const workersAgo of [0, 30, 60]) expect(judged(ahead, 151, workersAgo)).toBe(false);
  },
);
