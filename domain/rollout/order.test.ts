import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Compensation, deployOrder, nextCompensations, undoOrder } from './order.ts';

const web = { service: 'web', dependsOn: ['api'] };
const api = { service: 'api', dependsOn: ['db'] };
const db = { service: 'db', dependsOn: [] };
const mobile = { service: 'mobile', dependsOn: ['api'] };
const names = (list: { service: string }[]) => list.map(({ service }) => service);

describe('the order of components', () => {
  test('puts providers first, and undoes them last', () => {
    expect(names(deployOrder([web, api, db]))).toEqual(['db', 'api', 'web']);
    expect(names(undoOrder([web, api, db]))).toEqual(['web', 'api', 'db']);
  });
  test('keeps the given order where nothing depends', () => {
    const free = ['b', 'a', 'c'].map((service) => ({ service, dependsOn: [] }));
    expect(names(deployOrder(free))).toEqual(['b', 'a', 'c']);
    expect(names(deployOrder([web, mobile, api]))).toEqual(['api', 'web', 'mobile']);
  });
  test('ignores providers that are not released along', () => {
    expect(names(deployOrder([web]))).toEqual(['web']);
  });
  test('refuses a circle', () => {
    expect(() => deployOrder([web, api, { service: 'db', dependsOn: ['web'] }])).toThrow(
      'circle: web, api, db',
    );
  });
});

const states = (
  web_: Compensation['state'],
  api_: Compensation['state'],
  db_: Compensation['state'],
): Compensation[] => [
  { ...web, state: web_ },
  { ...api, state: api_ },
  { ...db, state: db_ },
];
const withMobile = (of: Compensation[], state: Compensation['state']): Compensation[] => [
  ...of,
  { ...mobile, state },
];

describe('what can be undone next', () => {
  test.each([
    ['B1 dependants first', states('pending', 'pending', 'pending'), ['web'], [], 'working'],
    ['B1 then their providers', states('compensated', 'pending', 'pending'), ['api'], [], 'working'],
    ['B1 while one runs, its provider waits', states('compensated', 'running', 'pending'), [], [], 'working'],
    ['B1 all done', states('compensated', 'compensated', 'compensated'), [], [], 'done'],
    ['B2 never exposed counts as done', states('notNeeded', 'pending', 'pending'), ['api'], [], 'working'],
    ['B3 a failed one stops its providers', states('compensated', 'failed', 'pending'), [], ['db'], 'stuck'],
    [
      'B4 one failed dependant stops all behind it',
      withMobile(states('compensated', 'pending', 'pending'), 'failed'),
      [],
      ['api', 'db'],
      'stuck',
    ],
    [
      'B4 other branches go on meanwhile',
      withMobile(states('pending', 'pending', 'pending'), 'failed'),
      ['web'],
      ['api', 'db'],
      'working',
    ],
    [
      'B5 done by hand goes on to the provider',
      states('compensated', 'doneByHand', 'needsPeople'),
      ['db'],
      [],
      'working',
    ],
    [
      'a retry runs again, and its provider waits with it',
      states('compensated', 'pending', 'needsPeople'),
      ['api'],
      [],
      'working',
    ],
    [
      'what is left runs new code: its provider stays',
      states('compensated', 'left', 'pending'),
      [],
      ['db'],
      'stuck',
    ],
    ['all left or undone is the end', states('compensated', 'left', 'left'), [], [], 'done'],
    ['nothing registered is the end', [], [], [], 'done'],
  ])('%s', (_, compensations, run, needsPeople, phase) => {
    expect(nextCompensations(compensations)).toEqual({ run, needsPeople, phase });
  });

  test('a provider is never undone while a dependant runs new code, and the undoing always ends', () => {
    const size = 5;
    const graph = fc.array(fc.subarray([0, 1, 2, 3, 4]), { minLength: size, maxLength: size });
    fc.assert(
      fc.property(graph, fc.array(fc.boolean(), { minLength: size, maxLength: size }), (links, fails) => {
        // Only earlier ones are depended on, so there is no circle.
        let all: Compensation[] = links.map((on, index) => ({
          service: `s${index}`,
          dependsOn: on.filter((other) => other < index).map((other) => `s${other}`),
          state: 'pending',
        }));
        for (let round = 0; round <= size; round += 1) {
          const next = nextCompensations(all);
          if (next.phase !== 'working') {
            expect(next.phase).toBe(all.some(({ state }) => state === 'failed') ? 'stuck' : 'done');
            return;
          }
          for (const service of next.run) {
            const dependants = all.filter((other) => other.dependsOn.includes(service));
            expect(dependants.map(({ state }) => state)).toEqual(dependants.map(() => 'compensated'));
          }
          all = all.map((one, index) =>
            next.run.includes(one.service) ? { ...one, state: fails[index] ? 'failed' : 'compensated' } : one,
          );
        }
        throw new Error('the undoing did not end');
      }),
      { numRuns: 1_000 },
    );
  });
});
