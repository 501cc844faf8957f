import { expect, test } from '@jest/globals';
import type { Explanation, NextAction } from '../domain/release/explain.ts';
import type { Access, Policy } from '../domain/policy/policy.schema.ts';
import { aRelease } from '../test/support/release-view.ts';
import { explanationFor } from './next-for.ts';

const people = [
  { id: 'vera', name: 'Vera', access: ['viewer'] },
  { id: 'ben', name: 'Ben', access: ['releaser'] },
  { id: 'otto', name: 'Otto', access: ['operator'] },
  { id: 'ana', name: 'Ana', access: ['approver'] },
  { id: 'cleo', name: 'Cleo', access: ['approver'] },
];
const policy = { people } as unknown as Policy;
const view = { ...aRelease(), requestedBy: { id: 'ben', kind: 'person' as const } };

const whoCan = (
  person: string,
  action: NextAction | undefined,
  mayAct: Explanation['mayAct'] = [],
  o = policy,
) =>
  explanationFor(
    { mayAct, next: { because: 'It waits.', command: 'gantry …', action } } as unknown as Explanation,
    {
      caller: {
        actor: { id: person, kind: 'person' },
        grant: { person, access: (people.find(({ id }) => id === person)?.access ?? []) as Access[] },
        zone: 'UTC',
      },
      view,
      policy: o,
    },
  ).next?.whoCan;

test.each<[string, NextAction | undefined, string | undefined]>([
  ['vera', 'release.resume', 'You may not do this; Ben or Otto may:'],
  ['ana', 'release.recover', 'You may not do this; Otto may:'],
  ['ben', 'release.resume', undefined],
  ['otto', 'release.recover', undefined],
  ['vera', undefined, undefined],
  ['vera', 'override.give', 'You may not do this; Otto may:'],
])('%s, who is offered %s, reads: %s', (person, action, said) => {
  expect(whoCan(person, action)).toBe(said);
});

test('a vote is offered to those who are asked, and others read who is', () => {
  const mayAct = [{ rule: 'qa', candidates: ['ana'], seats: 1 }];
  expect(whoCan('ana', 'decision.make', mayAct)).toBeUndefined();
  expect(whoCan('cleo', 'decision.make', mayAct)).toBe('You may not do this; Ana may:');
});

test('where nobody may, that is said', () => {
  const none = { people: people.slice(0, 1) } as unknown as Policy;
  expect(whoCan('vera', 'release.recover', [], none)).toContain('Nobody in gantry.yaml');
});
