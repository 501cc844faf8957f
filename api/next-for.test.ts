import { expect, test } from '@jest/globals';
import type { Explanation } from '../domain/release/explain.ts';
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

const whoCan = (person: string, command: string, mayAct: Explanation['mayAct'] = [], o = policy) =>
  explanationFor({ mayAct, next: { because: 'It waits.', command } } as unknown as Explanation, {
    caller: {
      actor: { id: person, kind: 'person' },
      grant: { person, access: (people.find(({ id }) => id === person)?.access ?? []) as Access[] },
      zone: 'UTC',
    },
    view,
    policy: o,
  }).next?.whoCan;

test.each([
  ['vera', 'gantry release resume rel_1', 'You may not do this; Ben or Otto may:'],
  ['ana', 'gantry release recover rel_1 --how retry', 'You may not do this; Otto may:'],
  ['ben', 'gantry release resume rel_1', undefined],
  ['otto', 'gantry release recover rel_1 --how retry', undefined],
  ['vera', 'gantry release show rel_1', undefined],
  ['vera', 'gantry doctor', undefined],
  ['vera', 'gantry override rel_1 sale --reason "…"', 'You may not do this; Otto may:'],
])('%s, who is offered `%s`, reads: %s', (person, command, said) => {
  expect(whoCan(person, command)).toBe(said);
});

test('a vote is offered to those who are asked, and others read who is', () => {
  const mayAct = [{ rule: 'qa', candidates: ['ana'], seats: 1 }];
  const command = 'gantry decide rel_1 approve';
  expect(whoCan('ana', command, mayAct)).toBeUndefined();
  expect(whoCan('cleo', command, mayAct)).toBe('You may not do this; Ana may:');
});

test('where nobody may, that is said', () => {
  const none = { people: people.slice(0, 1) } as unknown as Policy;
  expect(whoCan('vera', 'gantry release recover rel_1 --how retry', [], none)).toContain(
    'Nobody in gantry.yaml',
  );
});
