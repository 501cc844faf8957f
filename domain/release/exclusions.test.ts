import { describe, expect, test } from '@jest/globals';
import type { Person } from '../policy/policy.schema.ts';
import { excludedPeople, personOf, type Contributor } from './exclusions.ts';

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id === 'ben' ? 'Ben Weber' : id,
  email: `${id}@acme.test`,
  roles: [],
  aliases: [],
  access: [],
  ...more,
});
const people = [person('ana'), person('ben', { aliases: ['ben@home.test', 'benw'] })];

describe('a Git identity is folded into its person', () => {
  test.each([
    ['by address', { name: 'x', email: 'BEN@acme.test' }, 'ben'],
    ['by another address', { name: 'x', email: 'ben@home.test' }, 'ben'],
    ['by a Git name', { name: 'BenW', email: 'x@y.test' }, 'ben'],
    ['by the full name', { name: 'ben weber', email: 'x@y.test' }, 'ben'],
    ['or into nobody', { name: 'Zoe', email: 'zoe@y.test' }, undefined],
  ])('%s', (_, contributor, id) => {
    expect(personOf(people, contributor)?.id).toBe(id);
  });
});

test('two commits under two names are one person who wrote two commits', () => {
  const contributors = [
    { name: 'Ben Weber', email: 'ben@acme.test', as: 'author' as const },
    { name: 'benw', email: 'ben@home.test', as: 'author' as const },
    { name: 'Zoe', email: 'zoe@y.test', as: 'author' as const },
  ];
  expect(excludedPeople(people, { contributors, requester: 'ana', policyEditor: 'ana' })).toEqual([
    {
      person: 'ana',
      because: 'asked for this release and edited the policy last',
      as: ['policyEditor', 'requester'],
    },
    { person: 'ben', because: 'wrote 2 commits of this version', as: ['author'] },
  ]);
});

test('who only committed is named as the committer', () => {
  const contributors = [{ name: 'Ben Weber', email: 'ben@acme.test', as: 'committer' as const }];
  expect(excludedPeople(people, { contributors })[0]).toEqual({
    person: 'ben',
    because: 'committed 1 commit of this version',
    as: ['committer'],
  });
});

describe('what a token does that somebody made for another is the doing of both', () => {
  const contributors: Contributor[] = [];

  test('whoever made it is barred like the person, and reads why', () => {
    const involved = { contributors, requester: 'ben', policyEditor: 'ben' };
    expect(
      excludedPeople(people, { ...involved, requestTokenMaker: 'ana', editTokenMaker: 'ana' })[0],
    ).toEqual({
      person: 'ana',
      because:
        'made the token that this release was asked for with and made the token that the policy was edited with last',
      as: ['policyEditor', 'requester'],
    });
  });

  test('one reason is said once, for whoever asked in person, too', () => {
    expect(excludedPeople(people, { contributors, requester: 'ana', requestTokenMaker: 'ana' })).toEqual([
      { person: 'ana', because: 'asked for this release', as: ['requester'] },
    ]);
  });

  test('who is nobody in the policy cannot vote and is not named', () => {
    expect(excludedPeople(people, { contributors, requestTokenMaker: 'administrator' })).toEqual([]);
  });
});
