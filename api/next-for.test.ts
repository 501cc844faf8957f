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
  verdicts: Explanation['verdicts'] = [],
  o = policy,
) =>
  explanationFor(
    { verdicts, next: { because: 'It waits.', command: 'gantry …', action } } as unknown as Explanation,
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

const asks = (gate: string, rule: string, ...candidates: string[]): Explanation['verdicts'][number] => ({
  ...{ gate, kind: 'needsPeople', because: 'It waits.', since: '2026-06-01T09:00:00.000Z' },
  who: [{ rule, candidates, seats: 1 }],
});

test('a vote is offered to those who are asked for it, and others read who is', () => {
  const verdicts = [asks('approvals', 'qa', 'ana'), asks('freeze', 'override freeze', 'cleo')];
  expect(whoCan('ana', 'decision.make', verdicts)).toBeUndefined();
  expect(whoCan('cleo', 'decision.make', verdicts)).toBe('You may not do this; Ana may:');
});

test('where nobody may, that is said', () => {
  const none = { people: people.slice(0, 1) } as unknown as Policy;
  expect(whoCan('vera', 'release.recover', [], none)).toContain('Nobody in gantry.yaml');
});
