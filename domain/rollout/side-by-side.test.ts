import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextToDeploy, type Deploying } from './side-by-side.ts';

type State = Deploying['state'];

const diamond = (db: State, api: State, cache: State, web: State): Deploying[] => [
  { service: 'db', dependsOn: [], state: db },
  { service: 'api', dependsOn: ['db'], state: api },
  { service: 'cache', dependsOn: ['db'], state: cache },
  { service: 'web', dependsOn: ['api', 'cache', 'elsewhere'], state: web },
];

describe('what is deployed next', () => {
  test.each([
    ['a provider goes first, alone', diamond('pending', 'pending', 'pending', 'pending'), 2, ['db']],
    ['nothing before it is through', diamond('running', 'pending', 'pending', 'pending'), 2, []],
    ['its dependants go together', diamond('done', 'pending', 'pending', 'pending'), 2, ['api', 'cache']],
    ['but no more than the limit', diamond('done', 'pending', 'pending', 'pending'), 1, ['api']],
    ['what runs counts against it', diamond('done', 'running', 'pending', 'pending'), 2, ['cache']],
    ['the last waits for both', diamond('done', 'done', 'running', 'pending'), 2, []],
    [
      'then it goes; who is not released along does not matter',
      diamond('done', 'done', 'done', 'pending'),
      2,
      ['web'],
    ],
    ['a failure starts nothing more', diamond('done', 'stopped', 'pending', 'pending'), 2, []],
  ] as const)('%s', (_, components, limit, next) => {
    expect(nextToDeploy(components, limit)).toEqual(next);
  });

  test('every graph without a circle is gone through, providers first, never beyond the limit', () => {
    const size = 6;
    const graph = fc.array(fc.subarray([0, 1, 2, 3, 4, 5]), { minLength: size, maxLength: size });
    fc.assert(
      fc.property(
        graph,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat()),
        (links, limit, picks) => {
          const all = links.map((on, index): Deploying => ({
            service: `s${index}`,
            dependsOn: on.filter((other) => other < index).map((other) => `s${other}`),
            state: 'pending',
          }));
          for (let round = 0; all.some(({ state }) => state !== 'done'); round += 1) {
            for (const service of nextToDeploy(all, limit)) {
              const one = all.find((each) => each.service === service);
              const providers = all.filter((each) => one?.dependsOn.includes(each.service));
              expect(providers.every(({ state }) => state === 'done')).toBe(true);
              if (one) one.state = 'running';
            }
            const running = all.filter(({ state }) => state === 'running');
            expect(running.length).toBeGreaterThan(0); // it never stands still
            expect(running.length).toBeLessThanOrEqual(limit);
            const ended = running[Number(picks.next().value) % running.length];
            if (ended) ended.state = 'done';
            expect(round).toBeLessThan(size);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
