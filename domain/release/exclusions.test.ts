import { describe, expect, test } from '@jest/globals';
import type { Person } from '../policy/policy.schema.ts';
import { excludedPeople, personOf } from './exclusions.ts';

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
